import tempfile
import unittest
from pathlib import Path

import draw_schema


class Schema(unittest.TestCase):
    def page(self, *migrations):
        with tempfile.TemporaryDirectory() as folder:
            for number, text in enumerate(migrations, 1):
                (Path(folder) / f"{number:04}_x.sql").write_text(text)
            return draw_schema.page(Path(folder))

    def test_rows_that_must_refer_and_that_may_are_drawn_differently(self):
        page = self.page("CREATE TABLE a (id INTEGER PRIMARY KEY);"
                         "CREATE TABLE b (must INTEGER NOT NULL REFERENCES a, may INTEGER REFERENCES a);")
        self.assertIn("  a ||--o{ b : must\n", page)
        self.assertIn("  a |o--o{ b : may\n", page)

    def test_what_later_migrations_change_is_there(self):
        page = self.page("CREATE TABLE a (id INTEGER PRIMARY KEY, old TEXT);",
                         "ALTER TABLE a RENAME COLUMN old TO fresh; ALTER TABLE a ADD COLUMN more BLOB NOT NULL DEFAULT x'';")
        self.assertIn("**a**, by id:\n`id` integer, `fresh` text?, `more` blob", page)

    def test_long_lists_break_between_columns(self):
        columns = ", ".join(f"column_number_{number} TEXT" for number in range(20))
        for line in self.page(f"CREATE TABLE a (id INTEGER PRIMARY KEY, {columns});").splitlines():
            self.assertLessEqual(len(line), 140)


if __name__ == "__main__":
    unittest.main()
