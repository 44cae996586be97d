#!/usr/bin/env python3
"""What a run of the tests spent its time on: the slowest sources and tests, as lines of a table.

Reads the logs that ninja, GoogleTest, node and Playwright leave behind. usage: slowest.py [number of lines each]
"""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def of_ninja(log):
    """(seconds, output) of each thing that was built last."""
    rows = (line.split("\t") for line in log.splitlines() if not line.startswith("#"))
    built = {row[3]: (int(row[1]) - int(row[0])) / 1000 for row in rows if len(row) == 5}
    return [(seconds, output) for output, seconds in built.items() if output.endswith((".o", ".pch", ".gch")) or "/bin/" in f"/{output}"]


def of_gtest(report):
    return [(float(case["time"].rstrip("s")), f"{suite['name']}.{case['name']}")
            for suite in report["testsuites"] for case in suite["testsuite"]]


def of_node(tap):
    """Of tests that have tests within them only these."""
    found = re.findall(r"^( *)(?:not )?ok \d+ - ([^#\n]*)[^\n]*\n *---\n *duration_ms: ([\d.]+)(?:\n *type: '(\w+)')?", tap, re.MULTILINE)
    return [(float(milliseconds) / 1000, name.strip()) for _, name, milliseconds, kind in found if kind != "suite"]


def of_playwright(report):
    found = []
    suites = list(report["suites"])
    while suites:
        suite = suites.pop()
        suites += suite.get("suites", [])
        for spec in suite.get("specs", []):
            found.append((sum(result["duration"] for test in spec["tests"] for result in test["results"]) / 1000, spec["title"]))
    return found


def table(title, rows, lines):
    rows = sorted(rows, reverse=True)
    if not rows:
        return []
    total = sum(seconds for seconds, _ in rows)
    return [f"slowest {title}, of {len(rows)} that took {total:.0f} s:", *(f"  {seconds:6.1f} s  {name}" for seconds, name in rows[:lines])]


def of_builds(build, lines):
    return [line for log in sorted(build.glob("*/.ninja_log"))
            for line in table(f"in build/{log.parent.name}", of_ninja(log.read_text()), lines)]


def of_tests(logs, lines):
    unit = [row for report in logs.glob("gtest/*.json") for row in of_gtest(json.loads(report.read_text()))]
    found = table("unit tests", unit, lines)
    for tap in sorted(logs.glob("*.tap")):
        found += table(f"tests of {tap.stem}", of_node(tap.read_text()), lines)
    browser = logs / "browser.json"
    return found + (table("tests of browser", of_playwright(json.loads(browser.read_text())), lines) if browser.exists() else [])


def main():
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    print("\n".join(of_builds(ROOT / "build", lines) + of_tests(ROOT / "build/test-logs", lines)))


if __name__ == "__main__":
    main()
