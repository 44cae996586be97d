#include "fleet/show.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "text/time.hpp"

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;
using core::HostState;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const core::Time kShown = *text::parse_time("2026-11-20T09:42:18Z");
const RowContext kContext{kShown, {}, "1.4.2"};

core::HostId id(char last) {
  return core::HostId("01JD000000000000000000000" + std::string(1, last));
}

fleet::FleetHost host() {
  fleet::FleetHost host;
  host.row.host.id = id('1');
  host.row.host.name = "pg-primary";
  host.row.host.facts = {"pg", "Debian 12", "x86_64", "6.1", "1.4.2", "0.18", "10.0.0.1"};
  host.row.customer_name = "Harbour";
  host.row.customer_slug = "harbour";
  host.row.status.state = HostState::Ok;
  return host;
}

void report(fleet::FleetHost& host, core::ReportFigures figures, core::Time at = kShown - 1min) {
  host.row.report.emplace();
  host.row.report->at = at;
  host.row.report->figures = std::move(figures);
}

TEST(ShowFleet, a_host_without_reports_has_no_data_and_not_0_percent) {
  const auto row = show_row(host(), kContext);
  EXPECT_FALSE(row.cpu_now.percent || row.memory.percent || row.disk.percent || row.containers);
  EXPECT_TRUE(row.blank());
  EXPECT_THAT(row.cpu, IsEmpty());
}

TEST(ShowFleet, a_host_that_reports_0_percent_shows_0) {
  auto reported = host();
  core::ReportFigures figures;
  figures.cpu_percent = 0.0;
  report(reported, figures);
  EXPECT_EQ(show_row(reported, kContext).cpu_now.percent, 0);
}

TEST(ShowFleet, a_row_is_old_from_when_silence_is_a_warning) {
  auto context = kContext;
  context.limits.silence_warning = 10min;
  auto silent = host();
  report(silent, {}, kShown - 9min);
  EXPECT_FALSE(show_row(silent, context).old);
  report(silent, {}, kShown - 11min);
  EXPECT_TRUE(show_row(silent, context).old);
}

TEST(ShowFleet, a_day_without_any_value_draws_no_line) {
  auto silent = host();
  silent.row.cpu.assign(24, std::nan(""));
  EXPECT_THAT(show_row(silent, kContext).cpu, IsEmpty());
  silent.row.cpu[3] = 12;
  EXPECT_EQ(show_row(silent, kContext).cpu.size(), 24U);
}

TEST(ShowFleet, disks_near_their_limit_are_marked) {
  const core::StatusLimits limits;
  EXPECT_EQ(show_disk_metric(84.9, limits).level, views::Level::Calm);
  EXPECT_EQ(show_disk_metric(85.0, limits).level, views::Level::Warning);
  EXPECT_EQ(show_disk_metric(97.5, limits).level, views::Level::Down);
  EXPECT_FALSE(show_disk_metric(std::nullopt, limits).percent);
}

TEST(ShowFleet, the_last_backup_is_the_one_that_the_host_is_judged_by) {
  auto judged = host();
  judged.row.status.protected_at = kShown - 30h;
  judged.row.last_success_at = kShown - 1h;  // of another source group
  EXPECT_EQ(show_row(judged, kContext).recovery.at, kShown - 30h);
  EXPECT_EQ(show_row(judged, kContext).recovery.limit, kContext.limits.backup_age);
  judged.row.status.limits = core::JudgedBy{192h, 30min, 85, 97};
  EXPECT_EQ(show_row(judged, kContext).recovery.limit, 192h);
}

TEST(ShowFleet, a_host_that_needs_no_backup_says_so_and_has_no_limit) {
  auto without = host();
  without.row.host.needs_backup = false;
  EXPECT_EQ(show_row(without, kContext).recovery_text, "none needed");
  EXPECT_FALSE(show_row(without, kContext).recovery.limit);
}

TEST(ShowFleet, figures_are_shown_against_the_limits_of_the_host) {
  auto judged = host();
  core::ReportFigures figures;
  figures.disk_percent = 90;
  report(judged, figures);
  EXPECT_EQ(show_row(judged, kContext).disk.level, views::Level::Warning);
  judged.row.status.limits = core::JudgedBy{26h, 30min, 95, 98};
  EXPECT_EQ(show_row(judged, kContext).disk.level, views::Level::Calm);
}

TEST(ShowFleet, a_paused_host_says_why_and_expects_no_backup) {
  auto paused = host();
  paused.row.status = {HostState::Paused, {core::finding::Paused()}, kShown, {}};
  paused.row.pause = core::Pause{std::nullopt, "new disks", "ana", kShown};
  paused.row.last_success_at = kShown - 200h;
  const auto row = show_row(paused, kContext);
  ASSERT_TRUE(row.pause);
  EXPECT_EQ(row.pause->by, "ana");
  EXPECT_EQ(row.pause->reason, "new disks");
  EXPECT_THAT(row.reason, IsEmpty());
  EXPECT_FALSE(row.recovery.limit);
  EXPECT_EQ(row.recovery_text, "not expected");
}

TEST(ShowFleet, figures_are_old_once_the_host_is_silent) {
  auto silent = host();
  report(silent, {}, kShown - 29min);
  EXPECT_FALSE(show_row(silent, kContext).old);
  report(silent, {}, kShown - 31min);
  EXPECT_TRUE(show_row(silent, kContext).old);
}

TEST(ShowFleet, an_agent_older_than_the_hub_is_marked_and_a_reporter_never) {
  auto old = host();
  old.row.host.facts.agent_version = "1.3.9";
  EXPECT_TRUE(show_row(old, kContext).outdated);
  EXPECT_FALSE(show_row(host(), kContext).outdated);
  old.row.host.enrolled = false;
  EXPECT_FALSE(show_row(old, kContext).outdated);
}

TEST(ShowFleet, a_host_with_backups_of_some_source_groups_has_none_of_all) {
  auto some = host();
  some.row.status = {.state = HostState::Warning, .findings = {}, .since = kShown, .changes_at = {}};
  EXPECT_EQ(show_row(some, kContext).recovery_text, "Incomplete");
  some.row.status.unprotected = true;
  EXPECT_EQ(show_row(some, kContext).recovery_text, "") << "there is none at all";
  some.row.status.unprotected = false;
  some.row.status.protected_at = kShown;
  EXPECT_EQ(show_row(some, kContext).recovery_text, "");
  some.row.status.protected_at.reset();
  some.row.host.enrolled = false;
  EXPECT_EQ(show_row(some, kContext).recovery_text, "") << "its pings tell of no source groups";
}

TEST(ShowFleet, only_a_full_disk_is_full) {
  EXPECT_EQ(show_metric(99.9).percent, 99);
  EXPECT_EQ(show_metric(100).percent, 100);
}

TEST(ShowFleet, what_runs_is_told_as_far_as_it_is_known) {
  core::Job job;
  EXPECT_EQ(activity_of(nullptr), "");
  EXPECT_EQ(activity_of(&job), "Backup queued");
  job.state = core::JobState::Running;
  EXPECT_EQ(activity_of(&job), "Backing up");
  job.progress.emplace();
  job.progress->bytes_total = 100;
  job.progress->fraction = 0.625;
  EXPECT_EQ(activity_of(&job), "Backing up, 62%");
  job.progress->remaining = 660s;
  EXPECT_EQ(activity_of(&job), "Backing up, 62%, about 11\u00A0min left");
}

TEST(ShowFleet, tiles_name_the_most_frequent_cause_first) {
  fleet::FleetSummary summary;
  summary.down_causes = {{core::StatusCause::Silence, 1}, {core::StatusCause::Disk, 1200}};
  const auto band = show_band({}, summary, kShown);
  EXPECT_EQ(band.down_text, "1,200 disk, 1 not reporting");
  EXPECT_EQ(band.warning_text, "");
  EXPECT_EQ(band.hours.size(), 24U);
}

core::FleetCell shown_cell(char last, HostState state, std::string customer) {
  core::FleetCell cell;
  cell.host = id(last);
  cell.name = "host-" + std::string(1, last);
  cell.state = state;
  cell.customer_slug = cell.customer_name = std::move(customer);
  return cell;
}

TEST(ShowFleet, the_grid_groups_cells_by_customer_and_counts_their_marks) {
  const std::vector<core::FleetCell> cells{shown_cell('1', HostState::Down, "a"), shown_cell('2', HostState::Ok, "a"),
                                           shown_cell('3', HostState::Warning, "b")};
  const auto grid = show_grid(cells, {}, {}, kShown);
  ASSERT_EQ(grid.groups.size(), 2U);
  EXPECT_EQ(grid.groups[0].cells.size(), 2U);
  EXPECT_EQ(grid.groups[0].down, 1U);
  EXPECT_EQ(grid.groups[1].warning, 1U);
  EXPECT_THAT(grid.groups[0].down_link.text(), HasSubstr("customer%3Aa%20status%3Adown"));
}

TEST(ShowFleet, cells_are_coloured_by_backup_and_disk_too_and_paused_ones_never) {
  auto shown = shown_cell('1', HostState::Ok, "a");
  const core::StatusLimits limits;
  EXPECT_EQ(mark_of(shown, views::CellColour::Backup, limits, kShown), views::CellMark::Unknown);
  shown.backup_at = kShown - 27h;
  EXPECT_EQ(mark_of(shown, views::CellColour::Backup, limits, kShown), views::CellMark::Warning);
  shown.backup_at = kShown - 53h;
  EXPECT_EQ(mark_of(shown, views::CellColour::Backup, limits, kShown), views::CellMark::Down);
  shown.limits = core::JudgedBy{192h, 30min, 90, 99};
  EXPECT_EQ(mark_of(shown, views::CellColour::Backup, limits, kShown), views::CellMark::Ok) << "its own limit";
  shown.needs_backup = false;
  EXPECT_EQ(mark_of(shown, views::CellColour::Backup, limits, kShown), views::CellMark::Unknown);
  shown.disk_percent = 98;
  EXPECT_EQ(mark_of(shown, views::CellColour::Disk, limits, kShown), views::CellMark::Warning);
  shown.limits.reset();
  EXPECT_EQ(mark_of(shown, views::CellColour::Disk, limits, kShown), views::CellMark::Down);
  shown.state = HostState::Paused;
  EXPECT_EQ(mark_of(shown, views::CellColour::Disk, limits, kShown), views::CellMark::Off);
}

TEST(ShowFleet, an_order_that_stayed_says_nothing) {
  EXPECT_EQ(order_change({}, {}), "");
  EXPECT_EQ(order_change({id('1'), id('2')}, {id('1'), id('2')}), "");
}

TEST(ShowFleet, an_order_that_changed_counts_the_fewest_moves) {
  EXPECT_EQ(order_change({id('1'), id('2'), id('3')}, {id('3'), id('1'), id('2')}), "Order changed for 1 host.");
  EXPECT_EQ(order_change({id('1'), id('2'), id('3')}, {id('3'), id('2'), id('1')}), "Order changed for 2 hosts.");
  EXPECT_EQ(order_change({}, {id('1')}), "1 new host.");
  EXPECT_EQ(order_change({id('1')}, {id('1'), id('2'), id('3')}), "2 new hosts.");
  EXPECT_EQ(order_change({id('1'), id('2')}, {id('1')}), "Order changed for 1 host.");
  EXPECT_EQ(order_change({id('1'), id('2')}, {id('1'), id('3')}), "Order changed for 1 host.");
}

}  // namespace
}  // namespace holdfast::web
