#!/usr/bin/env python3
"""Checks what the build alone cannot: the modules' edges against the documented graph, who may include what, which SQL other
databases than SQLite understand, and loops and temporaries that one of the compilers gets wrong."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GRAPH = "docs/internals/modules.md"

# What the pure modules must not reach for, and which module alone may use a library.
PURE = {"text", "core", "protocol"}
IMPURE_HEADERS = re.compile(
    r"boost/(asio|beast|process)|openssl/|sodium|sqlite|spdlog|date/|sys/|unistd|fcntl|signal|poll|netdb|arpa/|netinet/|pthread"
    r"|filesystem|fstream|iostream|thread|mutex|shared_mutex|condition_variable|future|semaphore|random|ctime|cstdio")
IMPURE_CALLS = re.compile(r"\b(getenv|system_clock::now|steady_clock::now|random_device|std::time)\b")
OWNED_HEADERS = [
    (re.compile(r"boost/beast"), {"http"}, "Beast stays behind the facade of http"),
    (re.compile(r"sqlite3\.h"), {"store"}, "SQL stays in store"),
]

# What SQLite alone understands, or others understand otherwise. Statements outside SQLITE have it from its dialect.hpp.
SQLITE = "src/store/sqlite/"
LITERALS = re.compile(r'"(?:[^"\\\n]|\\.)*"(?:\s*"(?:[^"\\\n]|\\.)*")*')
COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)
SQLITE_WORDS = [re.compile(word) for word in (
    r"\?\d",
    r"\b(?:PRAGMA|VACUUM|ATTACH|EXPLAIN|WITHOUT ROWID|AUTOINCREMENT|GLOB|LIKE|INDEXED BY|NOT INDEXED|COLLATE|CROSS JOIN)\b",
    r"\bOR (?:IGNORE|REPLACE|ABORT|FAIL|ROLLBACK)\b",
    r"\bREPLACE INTO\b",
    r"\bIS (?:NOT )?\?",
    r"\bLIMIT -1\b|\bLIMIT [?\d]+,",
    r"\bIN \(\)",
    r"\b(?:sqlite_\w+|_?rowid_?|oid)\b",
    r"(?i)\b(?:instr|group_concat|string_agg|octet_length|glob|like|iif|ifnull|total|printf|format|typeof|hex|unhex|quote"
    r"|char|unicode|zeroblob|randomblob|random|likely|unlikely|last_insert_rowid|changes|total_changes|date|time|datetime"
    r"|julianday|strftime|unixepoch|timediff|json\w*|compare_versions)\(",
    r"\bsubstr\([^()]*, -",  # PostgreSQL does not count from the end
    r"(?i)\b(?:max|min)\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*,",  # of a row, not of a column
    r"\bAS BLOB\)",
    r"\bsum\([^()]*\b(?:AND|OR|IS|NOT)\b",  # a truth is not a number
    r"->",
    r"[ (]\+[a-z]",
    r"==",
    r'\b(?:SELECT|FROM|WHERE|AND|SET)\b.*\\"',  # double quotes are for names
)]

# g++ 12 may make an illegal instruction of a loop whose condition awaits.
LOOP = re.compile(r"\bwhile \(")

# g++ 12 destroys a braced temporary within an awaited expression twice. One without arguments has nothing to destroy; a brace
# after a blank is a lambda's.
STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
AWAITED = re.compile(r"\bco_await\b([^;]*)")
BRACED = re.compile(r"(?:[\w>]|[(,]\s*)\{(?!\s*\})")


# What only units do, and who else may: what reports and time bring is judged in steps, and what a report makes is
# audited in its own transaction.
BY_HAND = [(re.compile(r"\badd_audit\("), ("fleet/live/unit.cpp", "fleet/hosts/placing.cpp")),
           (re.compile(r"\bwatch_?\.judge\("), ("fleet/live/unit.cpp", "fleet/agents/agents.cpp",
                                              "fleet/reports/receive_report.cpp", "fleet/reports/report_upkeep.cpp"))]


def documented_edges(text):
    """{module: edges} from the rows `| name | what | edges |` of the table."""
    edges = {}
    for row in re.finditer(r"^\| `(\w+)` \|[^|]*\|([^|]*)\|$", text, re.MULTILINE):
        edges[row[1]] = set(re.findall(r"`(\w+)`", row[2]))
    return edges


def declared_edges(text):
    """(module, what its headers use, what its sources use besides) of a CMakeLists.txt with a module(...) line, or None."""
    call = re.search(r"^module\((\w+)([^)]*)\)", text, re.MULTILINE)
    if not call:
        return None
    edges, keyword = {}, None
    for word in call[2].split():
        if word.isupper():
            keyword = word
        else:
            edges.setdefault(keyword, set()).add(word)
    return call[1], edges.get("DEPENDS", set()), edges.get("USES", set())


def edge_faults(name, edges, documented):
    if name not in documented:
        return [f"{GRAPH} has no row for module {name}"]
    return [f"{name} uses {edge}, which {GRAPH} does not allow" for edge in sorted(edges - documented[name])]


def includes(text):
    for number, line in enumerate(text.splitlines(), 1):
        found = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
        if found:
            yield number, found[1]


def include_faults(module, path, text):
    """What a source of `module` includes or calls and must not."""
    faults = []
    for number, header in includes(text):
        if module in PURE and IMPURE_HEADERS.match(header):
            faults.append(f"{path}:{number}: {module} is pure: no <{header}>")
        for pattern, owners, reason in OWNED_HEADERS:
            if pattern.match(header) and module not in owners:
                faults.append(f"{path}:{number}: <{header}>: {reason}")
    if module in PURE:
        for number, line in enumerate(text.splitlines(), 1):
            call = IMPURE_CALLS.search(line)
            if call:
                faults.append(f"{path}:{number}: {module} is pure: no {call[0]}")
    return faults


def edge_of(module, header, folder):
    """The module that an include is of, or nothing for a header of the module's own."""
    name = header.split("/")[0]
    own = (folder / header).exists() or name == module
    return None if own or "/" not in header else name


def sql_faults(path, text):
    """SQL of SQLite alone in a source of the store, where it is not of SQLite alone."""
    text = COMMENT.sub("", text)
    faults = []
    for literal in LITERALS.finditer(text):
        sql = re.sub(r'"\s*"', "", literal[0])
        line = text.count("\n", 0, literal.start()) + 1
        found = [word.search(sql) for word in SQLITE_WORDS]
        faults += [f"{path}:{line}: only SQLite understands “{word[0]}”: see {SQLITE}dialect.hpp" for word in found if word]
    return faults


def contract_faults(path, text):
    """A test of what every store must do that knows which one it is; all have what they need of it from open_store.hpp."""
    faults = [f"{path}:{number}: {header} is of one store alone: use store/… and the fixture, or lie in {SQLITE}"
              for number, header in includes(text) if header.startswith("sqlite/") and header != "sqlite/open_store.hpp"]
    if "connection_of(" in text:
        faults.append(f"{path}: connection_of() is for statements of the store: use the fixture, or lie in {SQLITE}")
    return faults


def unit_faults(path, text):
    """What a unit does for its changes, done by hand in a source of the use cases. The named ones have a reason to: many
    hosts at once, or no unit at all."""
    return [f"{path}: {call[0]} by hand: make the change in a unit (fleet/live/unit.hpp), which cannot forget it"
            for pattern, owners in BY_HAND for call in [pattern.search(text)] if call and not str(path).endswith(owners)]


def leak_faults(module, path, text, folder, documented, depends):
    """Headers of modules that the row of `module` does not name: also those that others pass on. A public header keeps
    to those that `module` depends on."""
    allowed = depends if "include" in Path(path).parts else documented.get(module, set())
    found = [(number, edge_of(module, header, folder)) for number, header in includes(text)]
    return [f"{path}:{number}: {module} includes a header of {edge}, which {GRAPH} does not allow"
            for number, edge in found if edge in documented and edge not in allowed]


def loop_faults(path, text):
    return [f"{path}:{text.count(chr(10), 0, loop.start()) + 1}: await in the body of the loop, not in its condition"
            for loop in LOOP.finditer(text) if awaits(text, loop.end())]


def temporary_faults(path, text):
    text = STRING.sub('""', text)
    return [f"{path}:{text.count(chr(10), 0, awaited.start()) + 1}: name what is braced before awaiting what takes it"
            for awaited in AWAITED.finditer(text) if BRACED.search(awaited[1])]


def path_faults(root, path, text, modules=()):
    """Paths of sources that a document names and that are not there; they may have a star, and may begin at a module."""
    places = "|".join(["src", "scripts", "tests", "bench", "cmake", "docs", *modules])
    named = re.findall(rf"`((?:{places})/[\w./*{{}},-]+)`", text)
    real = {name: name if name.split("/")[0] not in modules else f"src/{name}" for name in named}
    return [f"{path}: there is no {name}" for name, place in real.items()
            if not re.search(r"\{|node_modules", name) and not any(root.glob(place.rstrip("/")))]


def awaits(text, start):
    """Whether the parenthesis that is open at `start` has a co_await in it."""
    depth, end = 1, start
    while depth and end < len(text):
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        end += 1
    return "co_await" in text[start:end]


def all_faults(root):
    documented = documented_edges((root / GRAPH).read_text())
    faults, depends = [], {}
    for build_file in sorted(root.glob("src/*/CMakeLists.txt")):
        declared = declared_edges(build_file.read_text())
        if declared:
            name, of_headers, of_sources = declared
            depends[name] = of_headers
            faults += edge_faults(name, of_headers | of_sources, documented)
    for path in sorted(p for p in root.glob("src/**/*") if p.suffix in (".cpp", ".hpp")):
        relative = path.relative_to(root)
        text = path.read_text()
        in_store = relative.parts[1] == "store" and not str(relative).startswith(SQLITE)
        if in_store and path.stem.endswith(("_test", "_fixture", "sample_rows")):
            faults += contract_faults(relative, text)
        if path.stem.endswith(("_test", "_fuzz", "_fixture")):
            continue
        faults += include_faults(relative.parts[1], relative, text) + loop_faults(relative, text)
        faults += temporary_faults(relative, text)
        module = relative.parts[1]
        if in_store:
            faults += sql_faults(relative, text)
        if module == "fleet":
            faults += unit_faults(relative, text)
        faults += leak_faults(module, relative, text, root / "src" / module, documented, depends.get(module, set()))
    for document in [*root.glob("docs/internals/*.md"), *root.glob("docs/adr/*.md"), root / "CONTRIBUTING.md"]:
        faults += path_faults(root, document.relative_to(root), document.read_text(), documented)
    return faults


def main():
    faults = all_faults(ROOT)
    print("\n".join(faults))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
