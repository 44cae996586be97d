import tempfile
import unittest
from pathlib import Path

from check_architecture import (contract_faults, declared_edges, documented_edges, edge_faults, include_faults, leak_faults,
                                loop_faults, path_faults, sql_faults, temporary_faults, unit_faults)


class Edges(unittest.TestCase):
    def test_the_table_is_read(self):
        table = "| module | what | may use |\n|---|---|---|\n| `a` | x | |\n| `b` | y | `a` `c` |\n"
        self.assertEqual(documented_edges(table), {"a": set(), "b": {"a", "c"}})

    def test_both_kinds_of_edge_are_read_and_libraries_are_not(self):
        text = "module(web\n  DEPENDS core\n  USES http\n  LIBRARIES fmt::fmt)\n"
        self.assertEqual(declared_edges(text), ("web", {"core"}, {"http"}))

    def test_an_edge_that_is_not_documented_is_a_fault(self):
        self.assertEqual(len(edge_faults("web", {"core", "store"}, {"web": {"core"}})), 1)

    def test_a_module_that_is_not_documented_is_a_fault(self):
        self.assertEqual(len(edge_faults("web", set(), {})), 1)


class Loops(unittest.TestCase):
    def test_a_condition_may_not_await(self):
        self.assertEqual(len(loop_faults("src/x.cpp", "\nwhile (co_await next() > 0) {\n}\n")), 1)
        self.assertIn("src/x.cpp:2:", loop_faults("src/x.cpp", "\nwhile (is(f(1)) && co_await next()) {\n}\n")[0])

    def test_a_body_may(self):
        self.assertEqual(loop_faults("src/x.cpp", "while (more()) more = co_await next();\n"), [])


class Temporaries(unittest.TestCase):
    def test_none_with_arguments_is_braced_in_what_is_awaited(self):
        for awaited in ("handler(request, Reader{std::move(scope), false})", "refresh({a, b})", "list(Ids<int>{\n    one})",
                        "handler(request,\n {scope, false})"):
            with self.subTest(awaited):
                self.assertEqual(len(temporary_faults("src/x.cpp", f"\nco_return co_await {awaited};\n")), 1)
        self.assertIn("src/x.cpp:3:", temporary_faults("src/x.cpp", "\n\nco_await f(\n  A{1});\n")[0])

    def test_empty_and_named_ones_and_lambdas_may(self):
        for line in ("co_await f(Reader{});", "A a{1};\nco_await f(std::move(a));", 'co_await f(fmt::format("{x}", 1));',
                     "co_await pool.run([this] { return 1; });", "co_await f();\nA b{2};", "co_return A{co_await f()};"):
            with self.subTest(line):
                self.assertEqual(temporary_faults("src/x.cpp", line), [])


class Includes(unittest.TestCase):
    def faults(self, module, text):
        return include_faults(module, "src/x.cpp", text)

    def test_a_pure_module_may_not_include_files_threads_or_asio(self):
        for header in ("<filesystem>", "<thread>", "<boost/asio/post.hpp>", "<sqlite3.h>", '"date/tz.h"'):
            with self.subTest(header):
                self.assertTrue(self.faults("core", f"#include {header}\n"))

    def test_a_pure_module_may_include_containers_and_calendars(self):
        self.assertEqual(self.faults("protocol", "#include <vector>\n#include <chrono>\n#include <boost/json.hpp>\n"), [])

    def test_a_pure_module_may_not_read_the_clock(self):
        self.assertTrue(self.faults("core", "auto now = std::chrono::system_clock::now();\n"))

    def test_beast_is_for_http_and_sqlite_for_the_store(self):
        self.assertTrue(self.faults("web", "#include <boost/beast/http.hpp>\n"))
        self.assertTrue(self.faults("fleet", "#include <sqlite3.h>\n"))
        self.assertEqual(self.faults("http", "#include <boost/beast/http.hpp>\n"), [])
        self.assertEqual(self.faults("store", "#include <sqlite3.h>\n"), [])


class Sql(unittest.TestCase):
    def faults(self, sql):
        return sql_faults("src/store/x.cpp", f'\nconstexpr std::string_view kSql =\n    {sql};\n')

    def test_what_sqlite_alone_understands_is_a_fault(self):
        for sql in ("SELECT 1 WHERE a = ?1", "CREATE TABLE a (b) WITHOUT ROWID", "WHERE instr(a, b) > 0", "INSERT OR IGNORE INTO a",
                    "UPDATE OR REPLACE a", "REPLACE INTO a", "SELECT rowid FROM a", "IFNULL(a, b)", "WHERE a GLOB ?", "WHERE a IS ?",
                    "WHERE a IS NOT ?", "LIMIT -1", "LIMIT ?, ?", "strftime('%s', a)", "datetime(a)", "unixepoch()",
                    "json_each(?)", "json_extract(a, '$.b')", "a ->> 'b'", "group_concat(a)", "ORDER BY a COLLATE NOCASE",
                    "SET a = max(coalesce(a, 0), b)", "min(a, ?)", "substr(a, -4)", "length(CAST(a AS BLOB))", "sum(a AND b)",
                    "AND +a.b = 1", "WHERE a == 1", "FROM a CROSS JOIN b ON b.c = a.c", "PRAGMA freelist_count", "WHERE a IN ()",
                    "compare_versions(a, b) > 0", "SELECT name FROM sqlite_schema", "SELECT a FROM b WHERE c = \\\"d\\\""):
            with self.subTest(sql):
                self.assertEqual(len(self.faults(f'"{sql}"')), 1)

    def test_it_is_found_in_literals_that_are_put_together(self):
        self.assertIn("src/store/x.cpp:3:", self.faults('"UPDATE OR "\n    "IGNORE a SET b = ?"')[0])

    def test_what_both_understand_is_none(self):
        for sql in ("SELECT max(at), count(*) FILTER (WHERE a AND b) FROM c WHERE d = ? LIMIT ? OFFSET ?", "SET a = NULL",
                    "INSERT INTO a (b) VALUES (?) ON CONFLICT (b) DO NOTHING RETURNING id", "a IS NOT DISTINCT FROM ?",
                    "coalesce(max(a), (SELECT b FROM c LIMIT 1), 0)", "reported_runs || ?", "substr(a, 1, 4)"):
            with self.subTest(sql):
                self.assertEqual(self.faults(f'"{sql}"'), [])

    def test_a_comment_may_name_it(self):
        self.assertEqual(sql_faults("src/store/x.cpp", '// As "PRAGMA x" does.\n'), [])


class Contracts(unittest.TestCase):
    def faults(self, text):
        return contract_faults("src/store/x_test.cpp", text)

    def test_a_test_of_every_store_does_not_know_which_it_is(self):
        for text in ('#include "sqlite/sqlite.hpp"\n', '#include "sqlite/requests.hpp"\n', "connection_of(view).run(sql);\n"):
            with self.subTest(text):
                self.assertEqual(len(self.faults(text)), 1)

    def test_what_is_public_and_how_it_is_opened_it_may_know(self):
        self.assertEqual(self.faults('#include "store/sqlite/database.hpp"\n#include "sqlite/open_store.hpp"\n'), [])


class Documents(unittest.TestCase):
    def test_a_path_that_is_not_there_is_a_fault(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "src/core").mkdir(parents=True)
            faults = path_faults(Path(folder), "x.md", "see `src/core`, `src/c*/`, `src/gone.cpp` and `build/dev`")
            self.assertEqual(faults, ["x.md: there is no src/gone.cpp"])
            (Path(folder) / "src/core/status").mkdir()
            faults = path_faults(Path(folder), "x.md", "`core/status` `core/gone` `web/status`", ["core"])
            self.assertEqual(faults, ["x.md: there is no core/gone"])


class Leaks(unittest.TestCase):
    DOCUMENTED = {"web": {"fleet"}, "fleet": {"store"}, "store": set()}

    def faults(self, header, path="src/x.cpp"):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "fleet").mkdir()
            (Path(folder) / "fleet/rows.hpp").touch()
            return leak_faults("web", path, f'#include "{header}"\n', Path(folder), self.DOCUMENTED, {"core"})

    def test_a_header_of_a_module_that_the_row_does_not_name_is_a_fault(self):
        self.assertEqual(len(self.faults("store/jobs/jobs.hpp")), 1)

    def test_a_public_header_keeps_to_what_its_users_get(self):
        self.assertEqual(len(self.faults("fleet/hosts/hosts.hpp", "src/web/include/web/web.hpp")), 1)
        self.assertEqual(self.faults("core/ids.hpp", "src/web/include/web/web.hpp"), [])

    def test_named_modules_own_folders_and_libraries_are_none(self):
        for header in ("fleet/hosts/hosts.hpp", "fleet/rows.hpp", "web/web.hpp", "fmt/format.h", "templates.hpp"):
            with self.subTest(header):
                self.assertEqual(self.faults(header), [])


class Units(unittest.TestCase):
    def test_a_use_case_neither_audits_nor_judges_by_hand(self):
        for call in ("store::add_audit(tx, {});", "changed = watch_.judge(tx, host, now);", "parts_.watch.judge(tx, h, now);"):
            with self.subTest(call):
                self.assertEqual(len(unit_faults("src/fleet/hosts/hosts.cpp", call)), 1)

    def test_the_unit_itself_does_and_what_it_offers_is_allowed(self):
        self.assertEqual(unit_faults("src/fleet/live/unit.cpp", "store::add_audit(tx_, {}); watch.judge(tx_, host, now_);"), [])
        self.assertEqual(unit_faults("src/fleet/hosts/hosts.cpp", "unit.audit(); unit.judge(host);"), [])


if __name__ == "__main__":
    unittest.main()
