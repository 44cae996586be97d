#include "fleet/csv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "text/time.hpp"

namespace holdfast::web {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::vector<std::string> split(std::string_view line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (c == ',' && !quoted)
      cells.emplace_back();
    else
      cells.back() += c;
  }
  return cells;
}

fleet::FleetHost csv_host() {
  fleet::FleetHost host;
  host.row.host.id = core::HostId("01JD0000000000000000000001");
  host.row.host.name = "pg-primary";
  host.row.customer_slug = "harbour";
  host.row.status.findings = {core::finding::DiskFull{"/srv", 93}};
  host.row.tags = {"db", "prod"};
  host.row.report.emplace();
  host.row.report->at = *text::parse_time("2026-11-20T09:42:18Z");
  host.row.report->figures.disk_total_bytes = 1'099'511'627'776;
  host.row.report->figures.cpu_percent = 34.26;
  host.row.report->figures.temperature_celsius = -4.0;
  return host;
}

std::string csv_value(const fleet::FleetHost& host, std::string_view name) {
  const auto names = split(csv_head());
  const auto cells = split(csv_row(host));
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return cells.at(i);
  ADD_FAILURE() << "no column " << name;
  return {};
}

TEST(Csv, a_row_has_as_many_cells_as_the_head) {
  EXPECT_EQ(split(csv_row(csv_host())).size(), split(csv_head()).size());
  EXPECT_EQ(split(csv_row({})).size(), split(csv_head()).size());
  EXPECT_THAT(csv_head(), StartsWith("host_id,host,customer,"));
}

TEST(Csv, times_are_rfc_3339_and_sizes_whole_bytes) {
  EXPECT_EQ(csv_value(csv_host(), "last_report"), "2026-11-20T09:42:18.000Z");
  EXPECT_EQ(csv_value(csv_host(), "disk_total_bytes"), "1099511627776");
  EXPECT_EQ(csv_value(csv_host(), "cpu_percent"), "34.3");
  EXPECT_EQ(csv_value(csv_host(), "temperature_celsius"), "-4");
}

TEST(Csv, a_host_without_an_agent_was_last_seen_when_it_reported) {
  EXPECT_EQ(csv_value(csv_host(), "last_seen"), "2026-11-20T09:42:18.000Z");
  EXPECT_EQ(csv_value(fleet::FleetHost{}, "last_seen"), "");
}

TEST(Csv, what_is_not_known_is_empty_and_never_0) {
  for (const auto* const name : {"cpu_percent", "memory_percent", "disk_percent", "containers", "last_backup"})
    EXPECT_EQ(csv_value(fleet::FleetHost{}, name), "") << name;
}

TEST(Csv, text_that_a_spreadsheet_would_run_is_only_text) {
  for (const auto* const text : {"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"})
    EXPECT_THAT(csv_cell(text), StartsWith("\"'")) << text;
  auto evil = csv_host();
  evil.row.host.name = "=HYPERLINK(\"http://x\")";
  EXPECT_EQ(csv_value(evil, "host"), "\"'=HYPERLINK(\"\"http://x\"\")\"");
}

TEST(Csv, text_is_no_formula_either_where_the_separator_is_another) {
  EXPECT_EQ(csv_cell("web;=1+1"), "\"web;'=1+1\"");
  EXPECT_EQ(csv_cell("web;\"=1+1\""), "\"web;'\"\"=1+1\"\"\"");
  EXPECT_EQ(csv_cell("a\t@x"), "\"a\t'@x\"");
  EXPECT_EQ(csv_cell("two\n-1"), "\"two\n'-1\"");
  EXPECT_EQ(csv_cell("a; b"), "\"a; b\"");
  EXPECT_EQ(csv_cell("\uFF1D1+1"), "\"'\uFF1D1+1\"");
  EXPECT_EQ(csv_cell("web-01 a=b"), "web-01 a=b");
}

TEST(Csv, commas_quotes_and_line_breaks_stay_within_their_cell) {
  EXPECT_EQ(csv_cell("plain"), "plain");
  EXPECT_EQ(csv_cell("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_cell("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(csv_cell("two\nlines"), "\"two\nlines\"");
  EXPECT_THAT(csv_row(csv_host()), HasSubstr(",db prod,"));
}

}  // namespace
}  // namespace holdfast::web
