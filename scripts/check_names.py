#!/usr/bin/env python3
"""Checks the names within unnamed namespaces. Sources of a module are compiled several at once, so that such a name hides that
of a header from the sources behind it, silently where the types agree, and two such names are one too many. Where the libraries
of a module are compiled one by one (its CMakeLists.txt says UNITY_BUILD OFF), this holds for its tests alone."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TYPE = re.compile(r"(?:struct|class|enum class|concept)\s+(\w+)\b(?!::)")
VALUE = re.compile(r"(?:inline |static |constexpr |const |constinit )+[^=({]*?\b(\w+)\s*(?:\[[^\]]*\])?\s*(?:=|\{)")
FUNCTION = re.compile(r"(?![ #/}])[\w:<>,&*\[\]. ()]*?[ &*>](\w+)\(")
# Of a line that begins with one of these no name is taken. Aliases and PrintTo may be there twice.
PASSED_OVER = re.compile(r"(?:namespace|template|using|friend|requires|static_assert|enum (?!class)|extern|void PrintTo|TEST\w*\(|"
                         r"RC_GTEST\w*\(|INSTANTIATE\w*\()")
# Headers that only tests include.
OF_TESTS = re.compile(r"fixture|sample|test_|scripted")


def declared(lines):
    """The names of what begins at the first character of a line: members and what is within functions are indented."""
    for line in lines:
        if not re.match(r"\w", line) or PASSED_OVER.match(line):
            continue
        found = TYPE.match(line) or VALUE.match(line) or FUNCTION.match(line)
        if found and "::" + found[1] not in line.split("(")[0]:
            yield found[1]


def unnamed(lines):
    inside = False
    for line in lines:
        if line in ("namespace {", "}  // namespace"):
            inside = line == "namespace {"
        elif inside:
            yield line


def faults_in(headers, sources):
    """Both: text by path, of what is compiled into one target."""
    of_headers = {name: path for path, text in headers.items() for name in declared(text.splitlines())}
    seen = {}
    for path, text in sources.items():
        for name in sorted(set(declared(unnamed(text.splitlines())))):
            if other := of_headers.get(name) or seen.get(name):
                yield f"{path}: rename {name}, which is in {other} too: sources are compiled several at once"
        seen.update(dict.fromkeys(declared(unnamed(text.splitlines())), path))


def read(paths):
    return {path.relative_to(ROOT): path.read_text("utf-8") for path in sorted(paths)}


def faults_of(module):
    sources = [path for path in module.rglob("*.cpp") if path.name != "main.cpp" and not path.stem.endswith("_fuzz")]
    headers = list(module.rglob("*.hpp"))
    yield from faults_in(read(headers), read(path for path in sources if path.stem.endswith("_test")))
    if "UNITY_BUILD OFF" not in (module / "CMakeLists.txt").read_text("utf-8"):
        yield from faults_in(read(path for path in headers if not OF_TESTS.search(path.name)),
                             read(path for path in sources if not path.stem.endswith("_test")))


def main():
    faults = [fault for module in sorted((ROOT / "src").iterdir()) if module.is_dir() for fault in faults_of(module)]
    print("\n".join(faults), file=sys.stderr, end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
