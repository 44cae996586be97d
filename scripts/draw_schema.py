#!/usr/bin/env python3
"""Writes docs/internals/schema.md: the tables that the migrations make, and how they refer to each other.

usage: draw_schema.py [--check]   with --check nothing is written, and a page that is out of date is an error
"""

import re
import sqlite3
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MIGRATIONS = ROOT / "src/store/sqlite/migrations"
PAGE = ROOT / "docs/internals/schema.md"

HEAD = """# The schema

Made by `scripts/draw_schema.py` from the migrations in `src/store/sqlite/migrations`; the test run compares. Why a column is there
stands beside it in the migration that added it. Times are milliseconds since 1970, ids of things that have a name outside are ULIDs
in `uid`, what nobody searches in is JSON, sealed secrets are BLOBs.

```mermaid
erDiagram
{relations}
```

{tables}
"""


def database(migrations):
    """An empty database brought up to date as the hub does it."""
    connection = sqlite3.connect(":memory:")
    for path in sorted(migrations.glob("*.sql")):
        connection.executescript(path.read_text("utf-8"))
    return connection


def table_names(connection):
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    return [name for name, in rows]


def relations(connection, table):
    """Lines of the diagram; a row of `table` refers to one of another, or to none."""
    nullable = {name: not required and not key for _, name, _, required, _, key in connection.execute(f"PRAGMA table_info({table})")}
    found = {(target, column) for _, _, target, column, *_ in connection.execute(f"PRAGMA foreign_key_list({table})")}
    return [f"  {target} {'|o' if nullable[column] else '||'}--o{{ {table} : {column}" for target, column in sorted(found)]


def columns(connection, table):
    rows = connection.execute(f"PRAGMA table_info({table})").fetchall()
    keys = [name for _, name, _, _, _, key in sorted(rows, key=lambda row: row[5]) if key]
    listed = ", ".join(f"`{name}` {kind.lower()}{'' if required or key else '?'}" for _, name, kind, required, _, key in rows)
    return keys, listed


def section(connection, table):
    keys, listed = columns(connection, table)
    return f"**{table}**, by {', '.join(keys)}:\n{listed}"


def wrapped(text, width=130):
    """Lines that break between columns."""
    lines, line = [], ""
    for word in re.split(r"(?<=,) |(?<=\)) ", text):
        if line and len(line) + len(word) >= width:
            lines.append(line)
            line = "  " + word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join([*lines, line])


def page(migrations):
    connection = database(migrations)
    tables = table_names(connection)
    drawn = [line for table in tables for line in relations(connection, table)]
    listed = ["\n".join(wrapped(line) for line in section(connection, table).splitlines()) for table in tables]
    return HEAD.format(relations="\n".join(drawn), tables="\n\n".join(listed).rstrip())


def main():
    made = page(MIGRATIONS)
    if sys.argv[1:] != ["--check"]:
        PAGE.write_text(made, "utf-8")
    elif PAGE.read_text("utf-8") != made:
        sys.exit(f"{PAGE.relative_to(ROOT)} is out of date: run scripts/draw_schema.py")


if __name__ == "__main__":
    main()
