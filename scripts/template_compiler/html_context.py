"""Follows the HTML of a template character by character, so that each hole is known by the place it stands in."""

from dataclasses import dataclass, replace
from enum import Enum, auto

from .errors import TemplateError

SPACE = " \t\r\n\f"


class State(Enum):
    TEXT = auto()
    TAG_OPEN = auto()
    DECLARATION = auto()
    TAG_NAME = auto()
    IN_TAG = auto()
    ATTRIBUTE_NAME = auto()
    AFTER_NAME = auto()
    BEFORE_VALUE = auto()
    VALUE = auto()
    AFTER_WORD = auto()  # a space, / or > must follow
    RAW = auto()  # inside <script> or <style>


class Part(Enum):
    """How far an address in a URL attribute has come."""

    START = auto()
    ROOT = auto()  # "/" so far: a second one would name another host
    PATH = auto()
    QUERY = auto()
    FRAGMENT = auto()
    WHOLE = auto()  # a complete address was printed
    FOREIGN = auto()  # anything else, such as another host


URL_ATTRIBUTES = frozenset(
    "href src action formaction poster cite xlink:href hx-get hx-post hx-put hx-patch hx-delete hx-action hx-push-url "
    "hx-replace-url hx-sse:connect hx-ws:connect".split()
)
ADDRESS_STARTS = {"/": Part.ROOT, "?": Part.QUERY, "#": Part.FRAGMENT}
ADDRESS_ORDER = (Part.PATH, Part.QUERY, Part.FRAGMENT)
SELECTOR_ATTRIBUTES = frozenset({"hx-target", "hx-select", "hx-indicator"})


@dataclass(frozen=True)
class Context:
    state: State = State.TEXT
    tag: str = ""
    closing: bool = False
    attribute: str = ""
    quote: str = ""
    part: Part = Part.START
    preserve: bool = False  # inside <pre> or <textarea>, where white space counts

    def at_boundary(self):
        """The context as seen after `{% … %}`: names that end there must be ended by what follows."""
        if self.state in (State.TAG_NAME, State.ATTRIBUTE_NAME, State.AFTER_NAME):
            return replace(self, state=State.AFTER_WORD, attribute="")
        return self


    def joined(self, other):
        """The context after two branches that end in `self` and `other`, or nothing if they do not go together."""
        if self == other:
            return self
        if self.state in TAG_STATES and other.state in TAG_STATES:
            strict = replace(self, state=State.AFTER_WORD)
            return strict if strict == replace(other, state=State.AFTER_WORD) else None
        if self.part in ADDRESS_ORDER and other.part in ADDRESS_ORDER:
            later = max(self.part, other.part, key=ADDRESS_ORDER.index)
            return replace(self, part=later) if replace(self, part=later) == replace(other, part=later) else None
        return None


TAG_STATES = (State.IN_TAG, State.AFTER_WORD)
BETWEEN_WORDS = (*TAG_STATES, State.TAG_NAME, State.ATTRIBUTE_NAME, State.AFTER_NAME)


def is_handler(attribute):
    return attribute.startswith(("on", "hx-on"))


class Scanner:
    """Feeds literal HTML through the state machine and gives it back without the white space that means nothing."""

    def __init__(self, file):
        self.file = file
        self.line = 1
        self.context = Context()
        self.space = ""  # white space not yet given out
        self.previous = ">"  # the last character given out
        self.raw = ""
        self.steps = {
            State.TEXT: self.in_text,
            State.TAG_OPEN: self.at_tag_open,
            State.DECLARATION: self.in_declaration,
            State.TAG_NAME: self.in_tag_name,
            State.IN_TAG: self.in_tag,
            State.ATTRIBUTE_NAME: self.in_attribute_name,
            State.AFTER_NAME: self.after_name,
            State.BEFORE_VALUE: self.before_value,
            State.VALUE: self.in_value,
            State.AFTER_WORD: self.after_word,
            State.RAW: self.in_raw,
        }

    def refuse(self, message):
        raise TemplateError(self.file, self.line, message)

    def feed(self, text, line):
        """Returns the HTML to print for `text`, which begins on `line`."""
        self.line = line
        out = []
        for character in text:
            self.emit(character, out)
            self.steps[self.context.state](character)
            self.line += character == "\n"
        return "".join(out)

    def emit(self, character, out):
        if character in SPACE and self.collapses():
            self.space += character
            return
        out.append(self.take_space(character))
        out.append(character)
        self.previous = character

    def collapses(self):
        state = self.context.state
        return state in BETWEEN_WORDS or (state is State.TEXT and not self.context.preserve)

    def take_space(self, following):
        """What the pending white space becomes before `following`: nothing between tags on different lines."""
        space, self.space = self.space, ""
        if not space:
            return ""
        if self.context.state is State.TEXT:
            dropped = "\n" in space and self.previous == ">" and following == "<"
        else:
            dropped = following in "/>"
        return "" if dropped else " "

    def boundary(self):
        """A statement or another template stands here. Returns pending white space."""
        space = self.take_space("<")
        self.context = self.context.at_boundary()
        self.previous = ">"
        return space

    def hole(self):
        """An expression stands here. Returns pending white space."""
        space = self.take_space("x")
        self.previous = "x"
        return space

    def move(self, state, **changes):
        self.context = replace(self.context, state=state, **changes)

    # One step for each state.

    def in_text(self, character):
        if character == "<":
            self.move(State.TAG_OPEN, tag="", closing=False, attribute="")

    def at_tag_open(self, character):
        if character == "!":
            self.move(State.DECLARATION)
        elif character == "/" and not self.context.closing:
            self.move(State.TAG_OPEN, closing=True)
        elif character.isalpha():
            self.move(State.TAG_NAME, tag=character.lower())
        else:
            self.refuse("write &lt; for a < that begins no tag")

    def in_declaration(self, character):
        if character == "-":
            self.refuse("write {# … #} instead of an HTML comment")
        if character == ">":
            self.move(State.TEXT)

    def in_tag_name(self, character):
        if self.ends_word(character):
            return
        self.move(State.TAG_NAME, tag=self.context.tag + character.lower())

    def ends_word(self, character):
        if character in SPACE or character == "/":
            self.move(State.IN_TAG, attribute="")
        elif character == ">":
            self.end_tag()
        else:
            return False
        return True

    def in_tag(self, character):
        if not self.ends_word(character):
            self.move(State.ATTRIBUTE_NAME, attribute=character.lower())

    def in_attribute_name(self, character):
        if character == "=":
            self.begin_value()
        elif character in SPACE:
            self.move(State.AFTER_NAME)
        elif not self.ends_word(character):
            self.move(State.ATTRIBUTE_NAME, attribute=self.context.attribute + character.lower())

    def after_name(self, character):
        if character == "=":
            self.begin_value()
        elif character not in SPACE:
            self.in_tag(character)

    def begin_value(self):
        attribute = self.context.attribute
        if is_handler(attribute) or attribute in ("style", "srcdoc"):
            self.refuse(f'the attribute "{attribute}" is not allowed: the content policy blocks it')
        self.move(State.BEFORE_VALUE)

    def before_value(self, character):
        if character in "\"'":
            self.move(State.VALUE, quote=character, part=Part.START)
        elif character not in SPACE:
            self.refuse("quote the attribute's value")

    def in_value(self, character):
        if character == self.context.quote:
            self.move(State.AFTER_WORD, attribute="", quote="", part=Part.START)
        elif self.context.attribute in URL_ATTRIBUTES:
            self.move(State.VALUE, part=self.next_part(character))
        elif self.context.attribute in SELECTOR_ATTRIBUTES:
            self.move(State.VALUE, part=Part.PATH if character == "#" else self.context.part)

    def next_part(self, character):
        part = self.context.part
        if part is Part.WHOLE and character not in "?&#":
            self.refuse("only ?, & or # may follow a whole address")
        if part is Part.START:
            return ADDRESS_STARTS.get(character, Part.FOREIGN)
        if part is Part.FOREIGN or (part is Part.ROOT and character in "/\\"):
            return Part.FOREIGN
        if character == "#" or part is Part.FRAGMENT:
            return Part.FRAGMENT
        if character in "?&" or part is Part.QUERY:
            return Part.QUERY
        return Part.PATH

    def after_word(self, character):
        if not self.ends_word(character):
            self.refuse("a space must stand before the next attribute")

    def end_tag(self):
        tag, closing = self.context.tag, self.context.closing
        if tag in ("script", "style") and not closing:
            self.raw = ""
            self.move(State.RAW)
            return
        preserve = self.context.preserve
        if tag in ("pre", "textarea"):
            preserve = not closing
        self.move(State.TEXT, tag="", closing=False, attribute="", preserve=preserve)

    def in_raw(self, character):
        self.raw += character
        end = f"</{self.context.tag}>"
        if self.raw.endswith(end):
            if self.raw[: -len(end)].strip():
                self.refuse(f"inline <{self.context.tag}> is not allowed: the content policy blocks it")
            self.move(State.TEXT, tag="", closing=False, attribute="")
