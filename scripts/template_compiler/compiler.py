"""Compiles one template to one C++ function."""

import re

from jinja2 import Environment, TemplateSyntaxError, nodes

from .errors import TemplateError
from .expressions import Expressions, c_string
from .html_context import SELECTOR_ATTRIBUTES, URL_ATTRIBUTES, Part, Scanner, State

DECLARATION = re.compile(r"\A\{#\s*view:\s*(\w+)\s+in\s+([\w/]+\.hpp)\s*#\}")
LITERAL_LIMIT = 4000


class Template:
    """A parsed file. `view` is the C++ struct it shows, or nothing for a layout."""

    def __init__(self, name, source):
        self.name = name
        self.file = f"{name}.html"
        declaration = DECLARATION.match(source)
        self.view, self.header = declaration.groups() if declaration else (None, None)
        try:
            self.tree = Environment().parse(source)
        except TemplateSyntaxError as error:
            raise TemplateError(self.file, error.lineno, error.message) from error

    def parent(self):
        found = self.tree.find(nodes.Extends)
        return found.template.value.removesuffix(".html") if found else None

    def blocks(self):
        return {block.name: (block, self.file) for block in self.tree.find_all(nodes.Block)}


class Compiler:
    """`templates` are all templates by name: layouts to extend, and fragments to call."""

    def __init__(self, template, templates):
        self.templates = templates
        self.file = template.file
        self.lines = []
        self.literal = ""
        self.marked = None
        self.depth = 1
        self.loops = 0
        self.blocks = {}
        self.scanner = Scanner(template.file)
        self.expressions = Expressions(self.refuse)
        self.expressions.locals.append({})
        self.root = self.find_root(template)

    def refuse(self, node, message):
        raise TemplateError(self.file, node.lineno, message)

    def find_root(self, template):
        while parent := template.parent():
            self.blocks = template.blocks() | self.blocks
            if parent not in self.templates:
                raise TemplateError(template.file, 1, f'there is no template "{parent}.html" to extend')
            template = self.templates[parent]
        return template

    def compile(self):
        """Returns the lines of the function's body."""
        self.enter_file(self.root.file)
        self.statements(self.root.tree.body)
        self.flush()
        if self.scanner.context.state is not State.TEXT:
            raise TemplateError(self.file, self.scanner.line, "the template ends inside a tag")
        return self.lines

    def enter_file(self, file):
        self.file = self.scanner.file = file
        self.marked = None

    # Output

    def flush(self):
        while self.literal:
            piece, self.literal = self.literal[:LITERAL_LIMIT], self.literal[LITERAL_LIMIT:]
            self.lines.append("  " * self.depth + f"out += {c_string(piece)};")

    def write(self, code, node):
        self.flush()
        place = (self.file, node.lineno)
        if self.marked != place:
            self.lines.append(f'#line {node.lineno} "{self.file}"')
            self.marked = place
        self.lines.append("  " * self.depth + code)

    # Statements

    def statements(self, body):
        for node in body:
            method = getattr(self, f"on_{type(node).__name__.lower()}", None)
            if method is None:
                self.refuse(node, self.unsupported(node))
            method(node)

    @staticmethod
    def unsupported(node):
        if isinstance(node, nodes.Include):
            return "call the fragment instead of including it: {{ name(value) }}"
        return f"{type(node).__name__} is not supported"

    def on_output(self, node):
        for part in node.nodes:
            if isinstance(part, nodes.TemplateData):
                self.literal += self.scanner.feed(part.data, part.lineno)
            elif self.is_fragment(part):
                self.call_fragment(part)
            elif self.is_visit(part):
                self.visit(part)
            else:
                self.hole(part)

    def is_fragment(self, node):
        return isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in self.templates

    def call_fragment(self, node):
        name = node.node.name
        if self.scanner.context.state is not State.TEXT:
            self.refuse(node, "a fragment may only stand in text")
        if len(node.args) != 1 or self.templates[name].view is None:
            self.refuse(node, f'"{name}" takes one value, its view')
        self.literal += self.scanner.boundary()
        self.write(f"render_{name}(out, {self.expressions.compile(node.args[0])});", node)

    @staticmethod
    def is_visit(node):
        return isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "visit"

    def visit(self, node):
        """A fragment for each alternative of a variant. One that is missing does not compile."""
        if self.scanner.context.state is not State.TEXT:
            self.refuse(node, "a fragment may only stand in text")
        variant, *names = node.args or [None]
        fragments = [self.templates.get(name.name) if isinstance(name, nodes.Name) else None for name in names]
        if not fragments or not all(fragment and fragment.view for fragment in fragments):
            self.refuse(node, "visit takes a variant and a fragment for each of its alternatives")
        overloads = ", ".join(
            f"[&](const views::{fragment.view}& one) {{ render_{fragment.name}(out, one); }}" for fragment in fragments
        )
        self.literal += self.scanner.boundary()
        self.write(f"std::visit(Overloaded{{{overloads}}}, {self.expressions.compile(variant)});", node)

    def hole(self, node):
        self.literal += self.scanner.hole()
        writer = self.writer(node)
        self.write(f"{writer}(out, {self.expressions.compile(node)});", node)

    def writer(self, node):
        """Which function escapes for the place where the hole stands."""
        context = self.scanner.context
        if context.state is State.TEXT:
            return "write_text"
        if context.state is State.VALUE:
            return self.attribute_writer(node, context)
        places = {
            State.BEFORE_VALUE: "an attribute's value without quotes",
            State.RAW: f"a <{context.tag}> element",
            State.TAG_NAME: "the name of a tag",
            State.TAG_OPEN: "the name of a tag",
        }
        return self.refuse(node, f"no value may stand in {places.get(context.state, 'the name of an attribute')}")

    def attribute_writer(self, node, context):
        attribute = context.attribute
        if attribute in URL_ATTRIBUTES:
            return self.url_writer(node, context)
        if attribute in SELECTOR_ATTRIBUTES and context.part is Part.PATH:
            return "write_identifier"
        if attribute.startswith("hx-") or attribute in ("srcset", "http-equiv") or (context.tag, attribute) == ("meta", "content"):
            self.refuse(node, f'no value may stand in the attribute "{attribute}"')
        return "write_attribute"

    def url_writer(self, node, context):
        if context.part is Part.FOREIGN:
            self.refuse(node, "an address begins with / or with a value of type Url")
        if context.part is Part.WHOLE:
            self.refuse(node, "only ?, & or # may follow a whole address")
        if context.part is Part.START:
            self.scanner.move(State.VALUE, part=Part.WHOLE)
            return "write_url"
        if context.part is Part.ROOT:
            self.scanner.move(State.VALUE, part=Part.PATH)
        return "write_url_part"

    def on_extends(self, node):
        """The layout is compiled in the template's place: see find_root."""

    def on_block(self, node):
        block, file = self.blocks.get(node.name, (node, self.file))
        around = self.file
        self.literal += self.scanner.boundary()
        self.enter_file(file)
        self.statements(block.body)
        self.literal += self.scanner.boundary()
        self.enter_file(around)

    def on_assign(self, node):
        if not isinstance(node.target, nodes.Name):
            self.refuse(node, "set one name at a time")
        self.literal += self.scanner.boundary()
        self.write(f"const auto& {node.target.name} = {self.expressions.compile(node.node)};", node)
        self.expressions.locals[-1][node.target.name] = node.target.name

    def on_if(self, node):
        start = self.begin_statement()
        self.write(f"if ({self.expressions.condition(node.test)}) {{", node)
        ends = [self.branch(node, node.body, start)]
        for other in node.elif_:
            self.write(f"}} else if ({self.expressions.condition(other.test)}) {{", other)
            ends.append(self.branch(other, other.body, start))
        if node.else_:
            self.write("} else {", node)
            ends.append(self.branch(node, node.else_, start))
        else:
            ends.append(start)
        self.write("}", node)
        self.join(node, ends)

    def begin_statement(self):
        self.literal += self.scanner.boundary()
        return self.scanner.context

    def join(self, node, ends):
        joined = ends[0]
        for end in ends[1:]:
            joined = joined.joined(end) if joined else None
        if joined is None:
            self.refuse(node, "the branches end in different places of the HTML")
        self.scanner.context = joined

    def branch(self, node, body, start):
        """Compiles a body that begins in the context `start`; returns the one it ends in."""
        self.scanner.context = start
        self.depth += 1
        self.expressions.locals.append({})
        self.statements(body)
        self.literal += self.scanner.boundary()
        self.flush()
        self.expressions.locals.pop()
        self.depth -= 1
        return self.scanner.context

    def on_for(self, node):
        if not isinstance(node.target, nodes.Name) or node.test or node.recursive:
            self.refuse(node, "write {% for name in list %}")
        start = self.begin_statement()
        self.loops += 1
        items, loop = f"items_{self.loops}", f"loop_{self.loops}"
        self.write(f"const auto& {items} = {self.expressions.compile(node.iter)};", node)
        self.write(f"Loop {loop}({items}.size());", node)
        self.write(f"for ([[maybe_unused]] const auto& {node.target.name} : {items}) {{", node)
        ends = [start, self.loop_body(node, loop, start)]
        self.write("}", node)
        if node.else_:
            self.write(f"if ({items}.empty()) {{", node)
            ends.append(self.branch(node, node.else_, start))
            self.write("}", node)
        self.join(node, ends)

    def loop_body(self, node, loop, start):
        self.expressions.locals.append({node.target.name: node.target.name, "loop": loop})
        end = self.branch(node, node.body, start)
        self.write(f"  {loop}.advance();", node)
        self.expressions.locals.pop()
        return end
