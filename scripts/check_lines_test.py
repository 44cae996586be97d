import unittest
from pathlib import Path

import check_lines
from check_lines import faults_in


class Lines(unittest.TestCase):
    def test_a_line_as_long_as_the_limit_is_fine(self):
        self.assertEqual(faults_in(Path("a.html"), "x" * 120 + "\n", 120), [])

    def test_a_longer_one_is_named_with_its_place(self):
        self.assertEqual(faults_in(Path("a.html"), "x\n" + "x" * 121, 120), ["a.html:2: break the line, it has 121 characters of 120"])

    def test_characters_count_and_not_bytes(self):
        self.assertEqual(faults_in(Path("a.md"), "é" * 160, 160), [])

    def test_templates_and_documents_are_found(self):
        for folder, pattern, _ in check_lines.LIMITS[:3]:
            self.assertTrue(any((check_lines.ROOT / folder).glob(pattern)), f"{folder}/{pattern}")


if __name__ == "__main__":
    unittest.main()
