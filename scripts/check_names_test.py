import unittest

from check_names import faults_in

HEADER = "namespace a {\n\ninline constexpr int kDepth = 64;\nstd::string words_of(const Job& job);\n\nstruct Page {\n  int size() const;\n};\n}\n"


def source(text):
    return f"namespace a {{\nnamespace {{\n\n{text}\n\n}}  // namespace\n\nvoid shown() {{}}\n}}  // namespace a\n"


class Names(unittest.TestCase):
    def faults(self, *sources):
        return list(faults_in({"a.hpp": HEADER}, {f"{n}.cpp": source(text) for n, text in enumerate(sources)}))

    def test_a_constant_that_hides_one_of_a_header_is_named(self):
        self.assertEqual(self.faults("constexpr std::size_t kDepth = 32;"),
                         ["0.cpp: rename kDepth, which is in a.hpp too: sources are compiled several at once"])

    def test_so_is_a_function_and_a_type(self):
        self.assertEqual(len(self.faults("std::string words_of(int count) {\n  return {};\n}", "struct Page {\n  int x;\n};")), 2)

    def test_what_two_sources_name_alike_is_named_once(self):
        self.assertEqual(self.faults("bool is_there(int a) {\n}", "bool is_there(int b) {\n}"),
                         ["1.cpp: rename is_there, which is in 0.cpp too: sources are compiled several at once"])

    def test_members_locals_and_aliases_are_free(self):
        self.assertEqual(self.faults("using Clock = int;\nvoid f() {\n  int size = words_of(1);\n}", "using Clock = int;"), [])

    def test_names_outside_of_unnamed_namespaces_are_free(self):
        self.assertEqual(list(faults_in({"a.hpp": HEADER}, {"a.cpp": "std::string words_of(const Job& job) {\n}\n"})), [])


if __name__ == "__main__":
    unittest.main()
