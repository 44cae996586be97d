"""Tests of the template compiler: what it escapes, what it refuses, and that C++ catches wrong names."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

from template_compiler.compiler import Compiler, Template
from template_compiler.errors import TemplateError

ROOT = pathlib.Path(__file__).resolve().parent.parent


def compile_one(body, **others):
    """The C++ of a template with a view, beside other templates by name."""
    template = Template("page", "{# view: View in view.hpp #}\n" + body)
    templates = {"page": template} | {name: Template(name, source) for name, source in others.items()}
    lines = Compiler(template, templates).compile()
    return "\n".join(line.strip() for line in lines if not line.startswith("#line"))


class Escaping(unittest.TestCase):
    def test_text_is_escaped_as_text(self):
        self.assertIn("write_text(out, view.name);", compile_one("<p>{{ name }}</p>"))

    def test_a_quoted_attribute_is_escaped_as_an_attribute(self):
        self.assertIn("write_attribute(out, view.name);", compile_one('<p title="Host {{ name }}">x</p>'))
        self.assertIn("write_attribute(out, view.name);", compile_one("<p title='{{ name }}'>x</p>"))

    def test_the_text_of_a_textarea_is_escaped_as_text(self):
        self.assertIn("write_text(out, view.name);", compile_one("<textarea>{{ name }}</textarea>"))

    def test_a_whole_address_must_be_a_url(self):
        for attribute in ("href", "action", "formaction", "hx-get", "hx-post", "hx-sse:connect"):
            with self.subTest(attribute):
                self.assertIn("write_url(out, view.link);", compile_one(f'<a {attribute}="{{{{ link }}}}">x</a>'))

    def test_parts_of_a_local_address_are_encoded(self):
        code = compile_one('<a href="/hosts/{{ id }}?q={{ q }}#{{ part }}">x</a>')
        for name in ("id", "q", "part"):
            self.assertIn(f"write_url_part(out, view.{name});", code)

    def test_a_fragment_may_follow_a_whole_address(self):
        code = compile_one('<use href="{{ sprite }}#{{ name }}"/>')
        self.assertIn("write_url(out, view.sprite);", code)
        self.assertIn("write_url_part(out, view.name);", code)

    def test_an_id_in_a_selector_is_reduced_to_the_characters_of_ids(self):
        self.assertIn("write_identifier(out, view.id);", compile_one('<p hx-target="#host-{{ id }}">x</p>'))


class Statements(unittest.TestCase):
    def test_names_of_loops_are_local_and_others_belong_to_the_view(self):
        code = compile_one("{% for host in hosts %}{{ loop.index }} {{ host.name }} {{ total }}{% endfor %}")
        for written in ("write_text(out, loop_1.index);", "write_text(out, host.name);", "write_text(out, view.total);"):
            self.assertIn(written, code)

    def test_conditions_are_checked_by_type(self):
        self.assertIn("if ((view.a == views::State::Done))", compile_one("{% if a == State.Done %}x{% endif %}"))
        self.assertIn("if ((truthy(view.a) && (!truthy(view.b))))", compile_one("{% if a and not b %}x{% endif %}"))

    def test_filters_and_functions_are_calls(self):
        code = compile_one('{{ size|bytes }}{{ asset("app.css") }}{{ list.size()|plural("a", "b") }}')
        for call in ("filters::bytes(view.size)", 'functions::asset("app.css")', 'filters::plural(view.list.size(), "a", "b")'):
            self.assertIn(call, code)

    def test_a_fragment_is_called_with_its_view(self):
        code = compile_one("<tr>{{ row(host) }}</tr>", row="{# view: Row in view.hpp #}<td>x</td>")
        self.assertIn("render_row(out, view.host);", code)

    def test_a_variant_is_shown_by_the_fragment_of_what_it_holds(self):
        code = compile_one(
            "<p>{{ visit(kind, one, two) }}</p>", one="{# view: One in view.hpp #}x", two="{# view: Two in view.hpp #}x"
        )
        self.assertIn("[&](const views::One& one) { render_one(out, one); }", code)
        self.assertIn("[&](const views::Two& one) { render_two(out, one); }}, view.kind);", code)

    def test_blocks_replace_those_of_the_layout(self):
        layout = "<html>{% block a %}one{% endblock %}{% block b %}two{% endblock %}</html>"
        code = compile_one('{% extends "layout.html" %}{% block b %}three{% endblock %}', layout=layout)
        self.assertIn('out += "<html>onethree</html>";', code)

    def test_attributes_may_be_conditional(self):
        code = compile_one('<input name="a"{% if on %} checked{% endif %}>')
        self.assertIn('out += " checked";', code)

    def test_white_space_between_tags_on_different_lines_is_dropped(self):
        self.assertIn('"<ul><li>a b</li></ul>"', compile_one("<ul>\n  <li>a\n b</li>\n</ul>"))

    def test_white_space_between_attributes_is_one_space(self):
        self.assertIn('"<input name=\\"a\\" required autofocus>"', compile_one('<input name="a"\n  required\n  autofocus\n>'))

    def test_white_space_in_pre_is_kept(self):
        self.assertIn('"<pre>a\\n  b</pre>"', compile_one("<pre>a\n  b</pre>"))


class Refusals(unittest.TestCase):
    def assert_refused(self, body, message, line=2):
        with self.assertRaises(TemplateError) as caught:
            compile_one(body)
        self.assertIn(message, str(caught.exception))
        self.assertTrue(str(caught.exception).startswith(f"page.html:{line}: "), str(caught.exception))

    def test_places_where_no_escaping_is_safe(self):
        for body in (
            "<p title={{ name }}>x</p>",
            "<p {{ name }}>x</p>",
            "<p data-{{ name }}='x'>x</p>",
            "<{{ name }}>x",
            "<script>{{ name }}</script>",
            '<p hx-vals="{{ name }}">x</p>',
            '<p hx-trigger="{{ name }}">x</p>',
            '<p hx-target="{{ name }}">x</p>',
            '<meta content="{{ name }}">',
            '<img srcset="{{ name }}">',
        ):
            with self.subTest(body):
                self.assert_refused(body, "no value may stand in")

    def test_what_the_content_policy_blocks(self):
        for body in (
            '<p onclick="x">x</p>',
            '<p hx-on:click="x">x</p>',
            '<p style="color: red">x</p>',
            '<iframe srcdoc="x"></iframe>',
            "<script>alert(1)</script>",
            "<style>p { color: red }</style>",
        ):
            with self.subTest(body):
                self.assert_refused(body, "content policy")

    def test_addresses_of_other_hosts(self):
        for start in ("javascript:", "//", "/\\", "https://", "x"):
            with self.subTest(start):
                self.assert_refused(f'<a href="{start}{{{{ name }}}}">x</a>', "begins with /")
        self.assert_refused('<a href="{{ link }}{{ name }}">x</a>', "only ?, & or #")

    def test_html_comments(self):
        self.assert_refused("<!-- {{ name }} -->", "HTML comment")

    def test_branches_that_leave_the_html_in_different_places(self):
        self.assert_refused('{% if a %}<p title="{% endif %}x">x</p>', "different places")
        self.assert_refused('{% for a in b %}<p title="{% endfor %}x">', "different places")

    def test_a_template_that_ends_inside_a_tag(self):
        self.assert_refused("<p", "inside a tag")

    def test_a_visit_without_a_fragment_for_each_alternative(self):
        for body in ("{{ visit(kind) }}", "{{ visit(kind, nothing) }}", "{{ visit() }}"):
            self.assert_refused(body, "a fragment for each of its alternatives")

    def test_statements_that_are_not_supported(self):
        self.assert_refused('{% include "a.html" %}', "call the fragment")
        self.assert_refused("{% macro a() %}{% endmacro %}", "Macro is not supported")
        self.assert_refused("{{ 1.5 }}", "is not supported")

    def test_the_line_is_named(self):
        self.assert_refused("<p>\n</p>\n<p {{ name }}>", "no value", line=4)

    def test_syntax_errors_name_file_and_line(self):
        with self.assertRaises(TemplateError) as caught:
            Template("page", "{# view: V in v.hpp #}\n{% if %}")
        self.assertTrue(str(caught.exception).startswith("page.html:2: "))


VIEW = """#pragma once
#include <string>
namespace holdfast::web::views { struct View { std::string name; bool on = false; double share = 0; }; }
"""


@unittest.skipUnless(shutil.which("g++"), "needs a C++ compiler")
class TypeErrors(unittest.TestCase):
    """What the generated C++ says of a template with a mistake in it."""

    def errors(self, body):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "view.hpp").write_text(VIEW)
            (folder / "page.html").write_text("{# view: View in view.hpp #}\n" + body)
            subprocess.run(["python3", ROOT / "scripts/compile_templates.py", folder, folder], check=True)
            for other in ("filters", "functions"):
                (folder / "kit/render").mkdir(parents=True, exist_ok=True)
                (folder / f"kit/render/{other}.hpp").write_text(f"namespace holdfast::web::{other} {{}}\n")
            command = ["g++", "-std=c++23", "-fsyntax-only", f"-I{folder}", f"-I{ROOT}/src/web", f"-I{ROOT}/src/text/include",
                       folder / "page_html.cpp"]
            return subprocess.run(command, capture_output=True, text=True).stderr

    def test_a_good_template_compiles(self):
        self.assertEqual("", self.errors("{% if on %}<p>{{ name }}</p>{% endif %}"))

    def test_an_unknown_member_is_an_error_on_the_template_s_line(self):
        errors = self.errors("\n<p>{{ nmae }}</p>")
        self.assertRegex(errors, r"page\.html:3:.*error:.*nmae")

    def test_a_type_that_needs_a_filter_is_an_error(self):
        self.assertIn("error:", self.errors("{{ on }}"))
        self.assertIn("error:", self.errors("{{ share }}"))

    def test_a_string_is_no_address(self):
        self.assertIn("error:", self.errors('<a href="{{ name }}">x</a>'))

    def test_an_unknown_filter_is_an_error(self):
        self.assertRegex(self.errors("{{ name|shout }}"), r"page\.html:2:.*shout")


if __name__ == "__main__":
    unittest.main()
