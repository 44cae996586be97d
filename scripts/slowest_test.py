import tempfile
import unittest
from pathlib import Path

import slowest


class Slowest(unittest.TestCase):
    def test_of_what_was_built_twice_the_last_time_counts(self):
        log = "# ninja log v5\n0\t9000\t1\tsrc/a.cpp.o\tx\n0\t2500\t2\tsrc/a.cpp.o\tx\n0\t100\t2\tstamp\ty\n"
        self.assertEqual(slowest.of_ninja(log), [(2.5, "src/a.cpp.o")])

    def test_a_case_has_its_suite_in_its_name(self):
        report = {"testsuites": [{"name": "Cron", "testsuite": [{"name": "Waits", "time": "0.25s"}]}]}
        self.assertEqual(slowest.of_gtest(report), [(0.25, "Cron.Waits")])

    def test_a_suite_of_node_is_not_counted_with_its_tests(self):
        tap = ("    ok 1 - inner\n      ---\n      duration_ms: 1500.5\n      type: 'test'\n      ...\n"
               "ok 1 - every page\n  ---\n  duration_ms: 1600\n  type: 'suite'\n  ...\n"
               "not ok 2 - other # SKIP no clock\n  ---\n  duration_ms: 20\n  type: 'test'\n  ...\n")
        self.assertEqual(slowest.of_node(tap), [(1.5005, "inner"), (0.02, "other")])

    def test_suites_of_the_browser_may_hold_suites(self):
        spec = {"title": "signs in", "tests": [{"results": [{"duration": 700}, {"duration": 300}]}]}
        self.assertEqual(slowest.of_playwright({"suites": [{"specs": [], "suites": [{"specs": [spec]}]}]}), [(1.0, "signs in")])

    def test_tables_begin_with_the_slowest_and_say_the_sum(self):
        self.assertEqual(slowest.table("things", [(1, "a"), (3, "b"), (2, "c")], 2),
                         ["slowest things, of 3 that took 6 s:", "     3.0 s  b", "     2.0 s  c"])
        self.assertEqual(slowest.table("things", [], 2), [])

    def test_logs_that_are_not_there_make_no_lines(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(slowest.of_builds(Path(folder), 3) + slowest.of_tests(Path(folder), 3), [])


if __name__ == "__main__":
    unittest.main()
