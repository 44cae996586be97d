#include "hosts/history/show_history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "hosts/history/chart_recipes.hpp"
#include "text/time.hpp"

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::Each;
using testing::Gt;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const core::Time kHistoryEnd = *text::parse_time("2026-11-20T09:42:18Z");

fleet::History quarter_hours(std::size_t count) {
  fleet::History history{kHistoryEnd - 24h, kHistoryEnd, fleet::HistoryStep::Raw, 0s, {}};
  for (std::size_t i = count; i > 0; --i) {
    core::RollUp point;
    point.start = kHistoryEnd - 15min * static_cast<int>(i);
    point.reports = 1;
    point.cpu_mean = 40;
    point.disks = {{"/", 50}, {"/srv", 93}, {"/boot", 10}};
    point.disk_max = 93;
    point.backup_age = 2h;
    history.points.push_back(point);
  }
  return history;
}

HistoryContext context(std::string_view range = "24h") {
  return {views::Url("/hosts/1"), range, 26h, {}};
}

const views::Chart& chart(const views::History& history, std::string_view title) {
  const auto found = std::ranges::find(history.charts, title, &views::Chart::title);
  if (found == history.charts.end()) throw std::runtime_error("no such chart");
  return *found;
}

TEST(ShowHistory, has_no_charts_when_nothing_came) {
  const auto view = show_history({kHistoryEnd - 24h, kHistoryEnd, fleet::HistoryStep::Raw, 0s, {}}, context());
  EXPECT_THAT(view.charts, IsEmpty());
  EXPECT_THAT(view.ranges, SizeIs(4));
}

TEST(ShowHistory, one_point_is_called_what_it_is) {
  auto history = quarter_hours(1);
  EXPECT_EQ(show_history(history, context()).single, "report");
  history.step = fleet::HistoryStep::Hour;
  EXPECT_EQ(show_history(history, context()).single, "hour of reports");
  history.step = fleet::HistoryStep::Day;
  EXPECT_EQ(show_history(history, context()).single, "day of reports");
  EXPECT_EQ(show_history(quarter_hours(2), context()).single, "");
}

TEST(ShowHistory, unknown_ranges_are_the_first) {
  EXPECT_EQ(read_history_range("30d"), "30d");
  EXPECT_EQ(read_history_range("2 weeks"), "24h");
  EXPECT_EQ(read_history_range(""), "24h");
}

TEST(ShowHistory, reports_on_time_leave_no_gap) {
  EXPECT_THAT(chart(show_history(quarter_hours(96), context()), "CPU").gaps, IsEmpty());
}

TEST(ShowHistory, reports_a_little_late_leave_no_gap) {
  auto history = quarter_hours(96);
  for (std::size_t i = 0; i < history.points.size(); ++i) history.points[i].start += (i % 2 ? 90s : -90s);
  history.points.front().start = history.from;
  EXPECT_THAT(chart(show_history(history, context()), "CPU").gaps, IsEmpty());
}

TEST(ShowHistory, hours_without_a_report_are_a_gap_and_nothing_is_drawn_across) {
  auto history = quarter_hours(96);
  history.points.erase(history.points.begin() + 40, history.points.begin() + 60);
  const auto view = show_history(history, context());
  const auto& cpu = chart(view, "CPU");
  ASSERT_THAT(cpu.gaps, SizeIs(1));
  EXPECT_NEAR(cpu.gaps[0].from, 40.0 / 96, 0.03);
  EXPECT_NEAR(cpu.gaps[0].to, 60.0 / 96, 0.03);
  EXPECT_TRUE(std::ranges::any_of(cpu.lines[0].shares, [](double share) { return std::isnan(share); }));
}

TEST(ShowHistory, the_time_before_the_first_report_is_no_gap) {
  EXPECT_THAT(chart(show_history(quarter_hours(20), context()), "CPU").gaps, IsEmpty());
}

TEST(ShowHistory, a_host_that_fell_silent_has_a_gap_up_to_the_end) {
  auto history = quarter_hours(96);
  history.points.resize(60);
  const auto gaps = chart(show_history(history, context()), "CPU").gaps;
  ASSERT_THAT(gaps, SizeIs(1));
  EXPECT_EQ(gaps[0].to, 1.0);
}

TEST(ShowHistory, percentages_are_shares_of_100) {
  const auto view = show_history(quarter_hours(96), context());
  const auto& cpu = chart(view, "CPU");
  EXPECT_EQ(cpu.value, "40%");
  EXPECT_THAT(cpu.lines[0].shares, Contains(0.4));
  EXPECT_THAT(cpu.sentence, HasSubstr("40% to 40%, at last 40%"));
}

TEST(ShowHistory, two_disks_are_drawn_the_fullest_first) {
  const auto view = show_history(quarter_hours(96), context());
  const auto& disks = chart(view, "Disks");
  ASSERT_THAT(disks.lines, SizeIs(2));
  EXPECT_EQ(disks.lines[0].name, "/srv");
  EXPECT_EQ(disks.lines[1].name, "/");
}

TEST(ShowHistory, what_was_never_reported_is_named_and_not_drawn) {
  const auto view = show_history(quarter_hours(96), context());
  EXPECT_THAT(view.without, Contains("Memory"));
  EXPECT_THAT(view.charts, Each(testing::Field(&views::Chart::title, testing::Ne("Memory"))));
}

TEST(ShowHistory, of_a_young_host_begins_with_its_first_report) {
  const auto history = quarter_hours(20);
  const auto view = show_history(history, context());
  EXPECT_EQ(view.from, history.points.front().start);
  EXPECT_EQ(view.to, kHistoryEnd);
  const auto older = show_history(quarter_hours(60), context());
  EXPECT_EQ(older.from, kHistoryEnd - 24h) << "most of the range is there";
}

TEST(ShowHistory, of_one_report_has_no_curves_yet) {
  const auto view = show_history(quarter_hours(1), context());
  EXPECT_THAT(view.charts, IsEmpty());
  EXPECT_EQ(view.single, "report");
}

TEST(ShowHistory, the_backup_age_is_drawn_against_its_limit) {
  auto history = quarter_hours(96);
  const auto calm = show_history(history, context());
  EXPECT_EQ(chart(calm, "Backup age").limit_name, "limit 26\u00A0h");
  EXPECT_NEAR(chart(calm, "Backup age").limit, 2.0 / 3, 0.01);
  history.points.back().backup_age = 100h;
  const auto late = show_history(history, context());
  EXPECT_NEAR(chart(late, "Backup age").limit, 0.26, 0.01);
}

TEST(ShowHistory, backups_within_the_range_are_shaded) {
  auto with_jobs = context();
  core::Job job;
  job.started_at = kHistoryEnd - 12h;
  job.finished_at = kHistoryEnd - 6h;
  core::Job before;
  before.started_at = kHistoryEnd - 40h;
  before.finished_at = kHistoryEnd - 30h;
  core::Job queued;
  with_jobs.jobs = {job, before, queued};
  const auto view = show_history(quarter_hours(96), with_jobs);
  ASSERT_THAT(view.charts[0].jobs, SizeIs(1));
  EXPECT_EQ(view.charts[0].jobs[0].from, 0.5);
  EXPECT_EQ(view.charts[0].jobs[0].to, 0.75);
}

TEST(ShowHistory, a_year_has_no_more_points_than_can_be_drawn) {
  fleet::History history{kHistoryEnd - 365 * 24h, kHistoryEnd, fleet::HistoryStep::Day, 86400s, {}};
  for (int day = 365; day > 0; --day) {
    core::RollUp point;
    point.start = std::chrono::floor<std::chrono::days>(kHistoryEnd) - std::chrono::days(day);
    point.cpu_mean = point.cpu_max = 10;
    history.points.push_back(point);
  }
  const auto view = show_history(history, context("1y"));
  EXPECT_LE(chart(view, "CPU").lines[0].shares.size(), 370U);
  EXPECT_THAT(chart(view, "CPU").gaps, IsEmpty());
  EXPECT_THAT(chart(view, "CPU").lines, SizeIs(2));
  EXPECT_EQ(view.ticks.front().label, views::TimeLabel::Month);
}

fleet::History with_containers() {
  auto history = quarter_hours(96);
  for (auto& point : history.points) {
    point.network_received = 3'000'000;
    point.network_sent = 1000;
    point.container_use = {{"cache", {1, 2e9}}, {"db", {112, 7e8}}, {"web", {4, 1e8}}};
  }
  return history;
}

TEST(ShowHistory, rates_are_drawn_in_units_of_bytes) {
  const auto view = show_history(with_containers(), context());
  const auto& network = chart(view, "Network");
  EXPECT_THAT(network.lines, SizeIs(2));
  EXPECT_EQ(network.value, "2.86\u00A0MiB/s");
  EXPECT_EQ(network.scale[0], "4.00\u00A0MiB/s");
  EXPECT_THAT(view.without, Contains("Disk I/O"));
}

TEST(ShowHistory, the_containers_that_use_most_are_drawn) {
  const auto view = show_history(with_containers(), context());
  const auto& cpu = chart(view, "CPU of containers");
  ASSERT_THAT(cpu.lines, SizeIs(2));
  EXPECT_EQ(cpu.lines[0].name, "db");
  EXPECT_EQ(cpu.lines[1].name, "web");
  EXPECT_EQ(chart(view, "Memory of containers").lines[0].name, "cache");
  EXPECT_EQ(round_up_bytes(900.0 * 1024 * 1024), 1024.0 * 1024 * 1024);
}

TEST(ShowHistory, one_container_is_drawn_alone_in_every_range) {
  auto of_web = context();
  of_web.container = "a/web";
  auto history = with_containers();
  for (auto& point : history.points) point.container_use["a/web"] = {4, 1e8};
  const auto view = show_history(history, of_web);
  EXPECT_THAT(chart(view, "CPU of a/web").lines, SizeIs(1));
  EXPECT_EQ(chart(view, "Memory of a/web").value, "95.4\u00A0MiB");
  EXPECT_EQ(view.ranges[1].link.text(), "/hosts/1?container=a%2Fweb&range=7d");
  EXPECT_EQ(view.table.text(), "/hosts/1/history?range=24h&container=a%2Fweb");
}

TEST(ShowHistory, a_container_that_nothing_is_known_of_is_named) {
  auto of_nobody = context();
  of_nobody.container = "gone";
  EXPECT_THAT(show_history(with_containers(), of_nobody).without, Contains("CPU of gone"));
}

TEST(ShowHistory, the_table_has_every_point_newest_first) {
  const auto table = show_history_table(quarter_hours(10), context());
  ASSERT_THAT(table.rows, SizeIs(10));
  EXPECT_GT(table.rows.front().at, table.rows.back().at);
  for (const auto& row : table.rows) EXPECT_EQ(row.values.size(), table.heads.size());
  EXPECT_THAT(table.heads, Contains("Disks, /srv"));
  EXPECT_THAT(table.rows.front().values, Contains("40%"));
  EXPECT_THAT(table.rows.front().values, Contains(""));
}

}  // namespace
}  // namespace holdfast::web
