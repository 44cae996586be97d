"""Words that have a better one are found where people read them, and only there."""

import unittest
from pathlib import Path

from check_vocabulary import faults_in


class Vocabulary(unittest.TestCase):
    def found(self, name, text):
        return [fault.split(": say ")[0] for fault in faults_in(Path(name), text)]

    def test_of_pages_only_the_text_counts(self):
        self.assertEqual(self.found("a.html", '{# blanks #}<p class="blank">{% if blanks %}{{ blanks }}\ntwo blanks</p>'), ["a.html:2"])

    def test_of_sources_only_sentences_count(self):
        source = 'x("bearer", bearer, "the bearer");\n// the bearer\nx("bearer ");\nx("--bearers", "Not now, please");\n'
        self.assertEqual(self.found("a.cpp", source), ["a.cpp:1", "a.cpp:4"])

    def test_of_documents_each_line_counts(self):
        self.assertEqual(self.found("a.md", "Authorization: Bearer <key>\nthe bearer\nIt falls silent.\n`bearer`\n"), ["a.md:2", "a.md:3"])

    def test_a_phrase_that_is_broken_over_two_lines_is_found(self):
        self.assertEqual(self.found("a.md", "It is\nshown this\nonce.\n"), ["a.md:2"])
        self.assertEqual(self.found("a.cpp", 'x("It is shown "\n  "this once.");\n'), ["a.cpp:1"])

    def test_the_better_word_is_named(self):
        self.assertEqual(faults_in(Path("a.md"), "Take off"), ["a.md:1: say 'unlink', not 'Take off'"])


if __name__ == "__main__":
    unittest.main()
