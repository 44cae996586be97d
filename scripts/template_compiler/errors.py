"""The one way a template is refused."""


class TemplateError(Exception):
    """Names the place in the template and what is wrong with it."""

    def __init__(self, file, line, message):
        super().__init__(f"{file}:{line}: {message}")
        self.file = file
        self.line = line
