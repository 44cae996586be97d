#!/usr/bin/env python3
"""Turns the static files of the pages into one source for the program.

usage: embed_assets.py STATIC NODE_MODULES OPENAPI REPORT_SCHEMA OUTPUT

Makes in OUTPUT: asset_list.hpp (names, addresses and icons, for checks at compile time), assets_data.cpp (the table),
assets_data.S (the bytes) and the files themselves, also packed. Each name carries a hash of the content. OPENAPI and
REPORT_SCHEMA are what bundle_openapi.py makes the description of the API of.
"""

import argparse
import gzip
import hashlib
import pathlib
import re

import bundle_openapi

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
FONTS = {
    "sans": "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next",
    "mono": "@fontsource-variable/atkinson-hyperlegible-mono/files/atkinson-hyperlegible-mono",
}
STYLES = ("tokens", "base", "frame", "parts", "pages", "fleet", "charts", "utility")
# One file with app.js: htmx starts by a timer, and whatever is not there by then is never told of the page.
OWN_SCRIPTS = ("app.js", "palette.js", "fleet.js", "charts.js", "repository.js", "schedule.js")
LIVE_SCRIPTS = ("htmx.org/dist/htmx.min.js", "htmx.org/dist/ext/hx-sse.min.js")
ICON = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
SYMBOL = re.compile(r"<symbol id=\"([\w-]+)\".*?</symbol>", re.DOTALL)
FONT_ADDRESS = re.compile(r"url\(([\w-]+\.woff2)\)")
SOURCE_MAP = re.compile(rb"\n//# sourceMappingURL=.*\s*$")

HEADER = """// Made by scripts/embed_assets.py.
#pragma once

#include <array>
#include <string_view>
#include <utility>

namespace holdfast::web {{

inline constexpr std::array<std::pair<std::string_view, std::string_view>, {asset_count}> kAssetUrls{{{{
{urls}
}}}};

inline constexpr std::array<std::string_view, {icon_count}> kIconNames{{
{icons}
}};

}}  // namespace holdfast::web
"""

TABLE = """// Made by scripts/embed_assets.py.
#include <array>
#include <cstddef>

#include "kit/render/assets.hpp"

extern "C" {{
{symbols}
}}

namespace holdfast::web {{

std::span<const Asset> assets() {{
  static const std::array<Asset, {count}> all{{{{
{rows}
  }}}};
  return all;
}}

}}  // namespace holdfast::web
"""

ASSEMBLER_BLOB = """  .global holdfast_asset_{index}
  .hidden holdfast_asset_{index}
  .balign 16
holdfast_asset_{index}:
  .incbin "{path}"
"""


class Asset:
    def __init__(self, name, content):
        self.name = name
        self.content = content
        stem, _, suffix = name.rpartition(".")
        self.content_type = CONTENT_TYPES["." + suffix]
        self.file = f"{stem}-{hashlib.sha256(content).hexdigest()[:12]}.{suffix}"
        packed = gzip.compress(content, compresslevel=9, mtime=0)
        self.packed = packed if len(packed) < len(content) * 0.95 else b""

    @property
    def url(self):
        return f"/assets/{self.file}"


def fonts(node_modules):
    for name, stem in FONTS.items():
        for subset in ("latin", "latin-ext"):
            yield Asset(f"{name}-{subset}.woff2", (node_modules / f"{stem}-{subset}-wght-normal.woff2").read_bytes())


def stylesheet(folder, font_assets):
    """Fonts are named in the stylesheets without their hash."""
    addresses = {asset.name: asset.file for asset in font_assets}
    text = "".join((folder / f"{name}.css").read_text("utf-8") for name in STYLES)
    text = FONT_ADDRESS.sub(lambda match: f"url({addresses[match.group(1)]})", text)
    return Asset("app.css", text.encode())


def icon_names(path):
    lines = (line.partition("#")[0].split() for line in path.read_text("utf-8").splitlines())
    return dict(line for line in lines if line)


def symbol(name, path):
    drawing = " ".join(ICON.search(path.read_text("utf-8")).group(1).split()).replace("> <", "><")
    return f'<symbol id="{name}" viewBox="0 0 24 24">{drawing}</symbol>'


def sprite(static, node_modules):
    """Returns the asset and the names of the icons in it."""
    names = icon_names(static / "icons.txt")
    drawn = [symbol(name, node_modules / f"lucide-static/icons/{source}.svg") for name, source in names.items()]
    marks = [(match.group(1), match.group(0)) for match in SYMBOL.finditer((static / "marks.svg").read_text("utf-8"))]
    text = "".join(['<svg xmlns="http://www.w3.org/2000/svg">', *drawn, *(mark for _, mark in marks), "</svg>"])
    return Asset("icons.svg", text.encode()), [*names, *(name for name, _ in marks)]


def live_script(static, node_modules):
    libraries = [SOURCE_MAP.sub(b"", (node_modules / path).read_bytes()) for path in LIVE_SCRIPTS]
    return Asset("live.js", b";\n".join([*libraries, *((static / name).read_bytes() for name in OWN_SCRIPTS)]))


def openapi(folder, report_schema):
    return Asset("openapi.json", bundle_openapi.to_text(bundle_openapi.bundle(folder, report_schema)).encode())


def collect(static, node_modules):
    font_assets = list(fonts(node_modules))
    icons, names = sprite(static, node_modules)
    own = [Asset(name, (static / name).read_bytes()) for name in ("app.js", "favicon.svg")]
    script = live_script(static, node_modules)
    return [stylesheet(static / "styles", font_assets), script, *own, icons, *font_assets], names


def write_if_changed(path, content):
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)


def write_files(assets, output):
    """The files, plain and packed; returns the path of each blob, in the order of their symbols."""
    folder = output / "assets"
    folder.mkdir(parents=True, exist_ok=True)
    blobs = []
    for asset in assets:
        for suffix, content in (("", asset.content), (".gz", asset.packed)):
            path = folder / (asset.file + suffix)
            write_if_changed(path, content)
            blobs.append((path, len(content)))
    remove_stale(folder, {path for path, _ in blobs})
    return blobs


def remove_stale(folder, kept):
    for path in folder.iterdir():
        if path not in kept:
            path.unlink()


def header(assets, icons):
    return HEADER.format(
        asset_count=len(assets),
        urls="\n".join(f'    {{"{asset.name}", "{asset.url}"}},' for asset in assets),
        icon_count=len(icons),
        icons="\n".join(f'    "{name}",' for name in icons),
    )


def table(assets, blobs):
    def view(index):
        return f"{{holdfast_asset_{index}, {blobs[index][1]}}}"

    rows = [
        f'      {{"{asset.name}", "{asset.url}", "{asset.content_type}", {view(2 * i)}, {view(2 * i + 1)}}},'
        for i, asset in enumerate(assets)
    ]
    symbols = [f"extern const char holdfast_asset_{index}[];" for index in range(len(blobs))]
    return TABLE.format(symbols="\n".join(symbols), count=len(assets), rows="\n".join(rows))


def assembler(blobs):
    parts = [ASSEMBLER_BLOB.format(index=index, path=path) for index, (path, _) in enumerate(blobs)]
    return '  .section .rodata\n' + "".join(parts) + '  .section .note.GNU-stack,"",%progbits\n'


def main():
    parser = argparse.ArgumentParser(description="Embeds static files.")
    for name in ("static", "node_modules", "openapi", "report_schema", "output"):
        parser.add_argument(name, type=pathlib.Path)
    arguments = parser.parse_args()
    assets, icons = collect(arguments.static, arguments.node_modules)
    assets.append(openapi(arguments.openapi, arguments.report_schema))
    blobs = write_files(assets, arguments.output.resolve())
    write_if_changed(arguments.output / "asset_list.hpp", header(assets, icons).encode())
    write_if_changed(arguments.output / "assets_data.cpp", table(assets, blobs).encode())
    write_if_changed(arguments.output / "assets_data.S", assembler(blobs).encode())


if __name__ == "__main__":
    main()
