#!/usr/bin/env python3
"""Compiles the HTML templates below a folder to C++: templates.hpp and one source for each template that has a view.

usage: compile_templates.py --list TEMPLATES
       compile_templates.py TEMPLATES OUTPUT

The syntax is Jinja's. The first line of a page or fragment names what it shows, {# view: HostRow in fleet/view.hpp #}: a
struct in holdfast::web::views. What is compiled is described in src/web/kit/templates.md.
"""

import argparse
import pathlib
import sys

from template_compiler.compiler import Compiler, Template
from template_compiler.errors import TemplateError

HEADER = """// Made by scripts/compile_templates.py.
#pragma once

#include <string>

namespace holdfast::web {{

namespace views {{
{structs}
}}  // namespace views

{functions}

}}  // namespace holdfast::web
"""

SOURCE = """// Made by scripts/compile_templates.py from {file}.
#include "{header}"

#include <string_view>

#include "kit/render/filters.hpp"
#include "kit/render/functions.hpp"
#include "kit/render/write.hpp"
#include "templates.hpp"

namespace holdfast::web {{

void render_{name}(std::string& out, [[maybe_unused]] const views::{view}& view) {{
{body}
}}

}}  // namespace holdfast::web
"""


def load(folder):
    return {path.stem: Template(path.stem, path.read_text("utf-8")) for path in sorted(folder.glob("**/*.html"))}


def with_view(templates):
    return [template for template in templates.values() if template.view]


def header(templates):
    shown = with_view(templates)
    structs = sorted({template.view for template in shown})
    return HEADER.format(
        structs="\n".join(f"struct {name};" for name in structs),
        functions="\n".join(f"void render_{t.name}(std::string& out, const views::{t.view}& view);" for t in shown),
    )


def source(template, templates):
    body = "\n".join(Compiler(template, templates).compile())
    return SOURCE.format(file=template.file, header=template.header, name=template.name, view=template.view, body=body)


def write_if_changed(path, text):
    """Keeps the time of what did not change, so that the build compiles no more than it must."""
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")


def compile_folder(folder, output):
    templates = load(folder)
    output.mkdir(parents=True, exist_ok=True)
    write_if_changed(output / "templates.hpp", header(templates))
    for template in with_view(templates):
        write_if_changed(output / f"{template.name}_html.cpp", source(template, templates))


def main():
    parser = argparse.ArgumentParser(description="Compiles HTML templates to C++.")
    parser.add_argument("--list", action="store_true", help="only print the sources that would be made, separated by ;")
    parser.add_argument("templates", type=pathlib.Path)
    parser.add_argument("output", type=pathlib.Path, nargs="?")
    arguments = parser.parse_args()
    try:
        if arguments.list:
            print(";".join(f"{t.name}_html.cpp" for t in with_view(load(arguments.templates))), end="")
        else:
            compile_folder(arguments.templates, arguments.output)
    except TemplateError as error:
        sys.exit(f"{arguments.templates}/{error}")


if __name__ == "__main__":
    main()
