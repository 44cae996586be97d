#include "pages/show_history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::Each;
using testing::Gt;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const core::Time kNow = *core::parse_time("2026-11-20T09:42:18Z");

fleet::History quarter_hours(std::size_t count) {
  fleet::History history{kNow - 24h, kNow, fleet::HistoryStep::Raw, 0s, {}};
  for (std::size_t i = count; i > 0; --i) {
    store::RollUp point;
    point.start = kNow - 15min * static_cast<int>(i);
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
  const auto view = show_history({kNow - 24h, kNow, fleet::HistoryStep::Raw, 0s, {}}, context());
  EXPECT_THAT(view.charts, IsEmpty());
  EXPECT_THAT(view.ranges, SizeIs(4));
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

TEST(ShowHistory, what_was_never_reported_says_no_data) {
  const auto view = show_history(quarter_hours(96), context());
  EXPECT_EQ(chart(view, "Memory").value, "");
  EXPECT_THAT(chart(view, "Memory").sentence, HasSubstr("no data"));
  EXPECT_THAT(chart(view, "Memory").lines, SizeIs(1));
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
  store::Job job;
  job.started_at = kNow - 12h;
  job.finished_at = kNow - 6h;
  store::Job before;
  before.started_at = kNow - 40h;
  before.finished_at = kNow - 30h;
  store::Job queued;
  with_jobs.jobs = {job, before, queued};
  const auto view = show_history(quarter_hours(96), with_jobs);
  ASSERT_THAT(view.charts[0].jobs, SizeIs(1));
  EXPECT_EQ(view.charts[0].jobs[0].from, 0.5);
  EXPECT_EQ(view.charts[0].jobs[0].to, 0.75);
}

TEST(ShowHistory, a_year_has_no_more_points_than_can_be_drawn) {
  fleet::History history{kNow - 365 * 24h, kNow, fleet::HistoryStep::Day, 86400s, {}};
  for (int day = 365; day > 0; --day) {
    store::RollUp point;
    point.start = std::chrono::floor<std::chrono::days>(kNow) - std::chrono::days(day);
    point.cpu_mean = point.cpu_max = 10;
    history.points.push_back(point);
  }
  const auto view = show_history(history, context("1y"));
  EXPECT_LE(chart(view, "CPU").lines[0].shares.size(), 370U);
  EXPECT_THAT(chart(view, "CPU").gaps, IsEmpty());
  EXPECT_THAT(chart(view, "CPU").lines, SizeIs(2));
  EXPECT_EQ(view.label, views::TimeLabel::Month);
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
