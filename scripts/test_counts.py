"""Reads how many tests passed from what each test runner writes."""

import json
import re
import xml.etree.ElementTree as xml
from dataclasses import dataclass


@dataclass
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other):
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self):
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def of_ctest(junit, gtest_folder):
    """Each GoogleTest program counts by its cases, any other test as one.

    A program that fails without a failing case (it crashed, or leaked at its end) counts as one failure.
    """
    total = Counts()
    for case in xml.parse(junit).getroot().iter("testcase"):
        ran = case.get("status") == "run"
        report = gtest_folder / f"{case.get('name')}_test.json"
        counts = of_gtest(json.loads(report.read_text())) if report.exists() else Counts(passed=int(ran))
        if not ran and counts.failed == 0:
            counts.failed = 1
        total += counts
    return total


def of_gtest(report):
    skipped = sum(case["result"] == "SKIPPED" for suite in report["testsuites"] for case in suite["testsuite"])
    skipped += report["disabled"]
    return Counts(report["tests"] - report["failures"] - skipped, report["failures"], skipped)


def of_unittest(output):
    ran = int(re.search(r"^Ran (\d+) test", output, re.MULTILINE)[1])
    bad = sum(int(number) for number in re.findall(r"(?:failures|errors)=(\d+)", output))
    skipped = sum(int(number) for number in re.findall(r"skipped=(\d+)", output))
    return Counts(ran - bad - skipped, bad, skipped)


def of_node(tap):
    """The summary that node's test runner ends its TAP output with."""
    total = {key: int(number) for key, number in re.findall(r"^# (\w+) (\d+)$", tap, re.MULTILINE)}
    return Counts(total["pass"], total["fail"] + total["cancelled"], total["skipped"] + total["todo"])


def of_playwright(report):
    stats = report["stats"]
    return Counts(stats["expected"], stats["unexpected"] + stats["flaky"] + len(report["errors"]), stats["skipped"])
