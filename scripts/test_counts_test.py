import json
import tempfile
import unittest
from pathlib import Path

import test_counts
from test_counts import Counts


def gtest_report(*results, failures=0, disabled=0):
    cases = [{"result": result} for result in results]
    return {"tests": len(cases) + disabled, "failures": failures, "disabled": disabled,
            "testsuites": [{"testsuite": cases}]}


class Ctest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def count(self, *cases, **reports):
        rows = "".join(f'<testcase name="{name}" status="{status}"/>' for name, status in cases)
        (self.folder / "junit.xml").write_text(f"<testsuite>{rows}</testsuite>")
        for name, report in reports.items():
            (self.folder / f"{name}_test.json").write_text(json.dumps(report))
        return test_counts.of_ctest(self.folder / "junit.xml", self.folder)

    def test_a_program_with_a_report_counts_by_its_cases(self):
        report = gtest_report("COMPLETED", "COMPLETED", "SKIPPED", failures=1)
        self.assertEqual(self.count(("core", "fail"), core=report), Counts(1, 1, 1))

    def test_any_other_program_counts_as_one(self):
        self.assertEqual(self.count(("replay", "run"), ("other", "fail")), Counts(1, 1, 0))

    def test_a_leak_after_passing_cases_is_a_failure(self):
        self.assertEqual(self.count(("core", "fail"), core=gtest_report("COMPLETED")), Counts(1, 1, 0))


class Others(unittest.TestCase):
    def test_unittest(self):
        self.assertEqual(test_counts.of_unittest("Ran 9 tests in 0.1s\n\nFAILED (failures=1, errors=1, skipped=2)\n"), Counts(5, 2, 2))
        self.assertEqual(test_counts.of_unittest("Ran 1 test in 0.1s\n\nOK\n"), Counts(1, 0, 0))

    def test_node(self):
        tap = "ok 1 - x\n1..4\n# tests 4\n# pass 2\n# fail 1\n# cancelled 1\n# skipped 0\n# todo 0\n# duration_ms 5.5\n"
        self.assertEqual(test_counts.of_node(tap), Counts(2, 2, 0))

    def test_playwright(self):
        report = {"stats": {"expected": 3, "unexpected": 1, "flaky": 1, "skipped": 2}, "errors": []}
        self.assertEqual(test_counts.of_playwright(report), Counts(3, 2, 2))

    def test_skipped_is_said_only_when_there_are_some(self):
        self.assertEqual(str(Counts(3, 0, 0)), "3 passed, 0 failed")
        self.assertEqual(str(Counts(3, 1, 2)), "3 passed, 1 failed, 2 skipped")


if __name__ == "__main__":
    unittest.main()
