#!/usr/bin/env python3
"""Turns the chapters of the manual into one source for the program.

usage: embed_manual.py DOCS CMARK OUTPUT

Takes what DOCS/SUMMARY.md lists under "Guide" and "Reference", has CMARK (cmark-gfm) make HTML of it, gives headings
their anchors and links their addresses at the hub, and writes manual_text.cpp to OUTPUT. A link that leads nowhere is an
error.
"""

import argparse
import html
import itertools
import pathlib
import posixpath
import re
import subprocess
import sys

SECTIONS = ("Guide", "Reference")
SECTION = re.compile(r"^# (.+)$")
ENTRY = re.compile(r"^- \[(.+)\]\((.+)\.md\)$")
HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
LINK = re.compile(r'<a href="([^"]*)"')
TAG = re.compile(r"<[^>]+>")
# What is served elsewhere.
FILES = {"reference/report.schema.json": "/api/openapi.json"}

SOURCE = """// Made by scripts/embed_manual.py.
#include <array>

#include "kit/render/manual.hpp"

namespace holdfast::web {{

std::span<const ManualChapter> manual() {{
  static constexpr std::array<ManualChapter, {count}> all{{{{
{rows}
  }}}};
  return all;
}}

}}  // namespace holdfast::web
"""


class Faulty(Exception):
    pass


def entries(summary):
    """(section, title, path) of each chapter, in order."""
    section = ""
    for line in summary.splitlines():
        if found := SECTION.match(line):
            section = found.group(1)
        elif (found := ENTRY.match(line)) and section in SECTIONS:
            yield section, found.group(1), found.group(2)


def anchor(heading):
    """As mdBook and GitHub name it."""
    text = html.unescape(TAG.sub("", heading)).lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def anchors(text):
    return {anchor(found.group(2)) for found in HEADING.finditer(text)}


def with_anchors(text):
    """The title goes: the page has it."""
    text = re.sub(r"\A<h1>.*?</h1>\s*", "", text, flags=re.DOTALL)
    return HEADING.sub(lambda found: f'<h{found[1]} id="{anchor(found[2])}">{found[2]}</h{found[1]}>', text)


def address(link, path, known):
    """Of a link in the chapter at `path`; `known` has the anchors of each chapter."""
    if link.startswith(("https://", "http://")):
        return link
    target, _, fragment = link.partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path + ".md"
    if target in FILES:
        return FILES[target]
    chapter = target.removesuffix(".md")
    if chapter not in known or (fragment and fragment not in known[chapter]):
        raise Faulty(f"{path}.md: the link {link} leads nowhere")
    return f"/manual/{chapter}" + (f"#{fragment}" if fragment else "")


def with_links(text, path, known):
    return LINK.sub(lambda found: f'<a href="{address(found[1], path, known)}"', text)


def with_frames(text):
    """Wide tables scroll by themselves, can be reached by keyboard, and are told apart by those who do not see them."""
    numbers = itertools.count(1)
    frame = '<div class="tw" tabindex="0" role="region" aria-label="Table {}"><table class="tbl small">'
    opened = re.sub("<table>", lambda _: frame.format(next(numbers)), text)
    framed = opened.replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">')
    return re.sub(r"<th( [^>]*)?>", lambda found: f'<th scope="col"{found[1] or ""}>', framed)


def rendered(cmark, file):
    return subprocess.run([cmark, "--extension", "table", file], check=True, capture_output=True, text=True).stdout


def manual(summary, text_of):
    """(section, title, path, HTML) of each chapter."""
    chapters = [(*entry, text_of(entry[2])) for entry in entries(summary)]
    known = {path: anchors(text) for _, _, path, text in chapters}
    for section, title, path, text in chapters:
        yield section, title, path, with_frames(with_links(with_anchors(text), path, known))


def source(chapters):
    def row(section, title, path, text):
        names = ", ".join(f'R"manual({name})manual"' for name in (section, path, title))
        return f'      {{{names}, R"manual({text})manual"}},'

    rows = [row(*chapter) for chapter in chapters]
    return SOURCE.format(count=len(rows), rows="\n".join(rows))


def main():
    parser = argparse.ArgumentParser(description="Embeds the manual.")
    parser.add_argument("docs", type=pathlib.Path)
    parser.add_argument("cmark")
    parser.add_argument("output", type=pathlib.Path)
    arguments = parser.parse_args()
    summary = (arguments.docs / "SUMMARY.md").read_text("utf-8")
    try:
        text = source(manual(summary, lambda path: rendered(arguments.cmark, arguments.docs / f"{path}.md")))
    except Faulty as fault:
        sys.exit(str(fault))
    arguments.output.mkdir(parents=True, exist_ok=True)
    (arguments.output / "manual_text.cpp").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
