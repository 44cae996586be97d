#include "core/reports/report.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>

namespace holdfast::core {
namespace {

namespace gen = rc::gen;
using namespace std::chrono_literals;

const Time kAt = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 9h;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::uint64_t kMaxCount = std::numeric_limits<std::int64_t>::max();

DiskReport disk(std::string mount, std::uint64_t used, std::uint64_t total) {
  DiskReport made;
  made.mount = std::move(mount);
  made.space = {total, used, {}};
  return made;
}

Report with_disks(std::vector<DiskReport> disks) {
  Report report;
  report.system.emplace().disks = std::move(disks);
  return report;
}

ReportFigures figures_with(BackupReport backup) {
  Report report;
  report.backup = std::move(backup);
  return figures_of(report, kAt);
}

TEST(Health, IsReadAsItIsWritten) {
  for (const Health health : {Health::Ok, Health::Warn, Health::Fail}) EXPECT_EQ(parse_health(to_text(health)), health);
  for (const auto* word : {"", "OK", "warning", "down"}) EXPECT_EQ(parse_health(word), std::nullopt) << word;
}

TEST(UsedPercent, IsWhatWasSaidOrElseUsedOfTotal) {
  EXPECT_EQ((Space{200, 50, 30.0}).used_percent(), 30.0);
  EXPECT_EQ((Space{200, 50, {}}).used_percent(), 25.0);
  EXPECT_EQ((Space{{}, {}, 30.0}).used_percent(), 30.0);
}

TEST(UsedPercent, IsUnknownWhenNothingIsKnown) {
  EXPECT_EQ(Space{}.used_percent(), std::nullopt);
  EXPECT_EQ((Space{{}, 50, {}}).used_percent(), std::nullopt);
  EXPECT_EQ((Space{0, 0, {}}).used_percent(), std::nullopt);
}

TEST(UsedPercent, NeverLeavesItsRange) {
  EXPECT_EQ((Space{100, 300, {}}).used_percent(), 100.0);
  EXPECT_EQ((Space{{}, {}, 250.0}).used_percent(), 100.0);
  EXPECT_EQ((Space{{}, {}, -1.0}).used_percent(), 0.0);
  EXPECT_EQ((Space{200, 50, kNan}).used_percent(), 25.0);
  EXPECT_EQ((Space{{}, {}, kInfinity}).used_percent(), std::nullopt);
}

TEST(BackupWords, AreReadWhateverTheirCase) {
  for (const auto* word : {"success", "Succeeded", "OK", " completed\n"})
    EXPECT_EQ(read_backup_word(word), BackupWord::Good) << word;
  for (const auto* word : {"partial", "incomplete", "completed with errors"})
    EXPECT_EQ(read_backup_word(word), BackupWord::Partial) << word;
  for (const auto* word :
       {"failed", "FAILURE", "error", "cancelled", "timed-out", "failed: repository locked", "Err 12", "error (1)"})
    EXPECT_EQ(read_backup_word(word), BackupWord::Failed) << word;
  for (const auto* word : {"running", "In Progress", "in-progress"})
    EXPECT_EQ(read_backup_word(word), BackupWord::Running) << word;
  for (const auto* word : {"", "never", "not ok", "0"}) EXPECT_EQ(read_backup_word(word), BackupWord::Unknown) << word;
}

TEST(Figures, OfAnEmptyReportAreAllUnknown) {
  EXPECT_EQ(figures_of(Report{}, kAt), ReportFigures{});
}

TEST(Figures, TakeHealthAndTheFirstIssue) {
  Report report;
  report.health = Health::Warn;
  report.issues = {"Disk /srv is slow", "Fan 2 stopped"};
  const auto figures = figures_of(report, kAt);
  EXPECT_EQ(figures.health, Health::Warn);
  EXPECT_EQ(figures.issue, "Disk /srv is slow");
  EXPECT_EQ(figures.issues, 2U);
}

TEST(Figures, CutLongTextsBetweenCharacters) {
  Report report;
  report.issues = {std::string(254, 'x') + "ä"};
  EXPECT_EQ(figures_of(report, kAt).issue, std::string(254, 'x'));
}

TEST(Figures, TakeTheSystemAsSaid) {
  Report report;
  SystemReport& system = report.system.emplace();
  system.cpu = {12.5, 8, std::array{1.5, 2.0, 3.0}, 51.0};
  system.memory = {1000, 250, {}};
  system.swap = {{}, {}, 3.0};
  system.uptime_seconds = 86400;
  const auto figures = figures_of(report, kAt);
  EXPECT_EQ(figures.cpu_percent, 12.5);
  EXPECT_EQ(figures.load, 1.5);
  EXPECT_EQ(figures.temperature_celsius, 51.0);
  EXPECT_EQ(figures.memory_percent, 25.0);
  EXPECT_EQ(figures.swap_percent, 3.0);
  EXPECT_EQ(figures.uptime_seconds, 86400U);
}

TEST(Figures, IgnoreWhatCannotBe) {
  Report report;
  SystemReport& system = report.system.emplace();
  system.cpu = {kNan, 8, std::array{kNan, 0.0, 0.0}, 1e9};
  EXPECT_EQ(figures_of(report, kAt), ReportFigures{});
}

TEST(Figures, NameTheFullestDisk) {
  const auto figures = figures_of(with_disks({disk("/", 10, 100), disk("/srv", 90, 100), disk("/var", 50, 100)}), kAt);
  EXPECT_EQ(figures.disk_percent, 90.0);
  EXPECT_EQ(figures.disk_mount, "/srv");
}

TEST(Figures, LeaveOutImagesThatAreAlwaysFull) {
  DiskReport snap = disk("/snap/core", 100, 100);
  snap.fstype = "squashfs";
  const auto figures = figures_of(with_disks({snap, disk("/", 10, 100)}), kAt);
  EXPECT_EQ(figures.disk_mount, "/");
  EXPECT_EQ(figures.disk_total_bytes, 100U);
}

TEST(Figures, LeaveOutDisksThatCanOnlyBeRead) {
  Report report = with_disks({disk("/", 50, 100), disk("/mnt/archive", 100, 100)});
  report.system->disks[1].read_only = true;
  const ReportFigures figures = figures_of(report, kAt);
  EXPECT_EQ(figures.disk_mount, "/");
  EXPECT_EQ(figures.disk_total_bytes, 200u);
}

TEST(Figures, CountAFileSystemOnceHoweverOftenItIsMounted) {
  DiskReport first = disk("/", 10, 100);
  first.device = "/dev/sda1";
  DiskReport again = first;
  again.mount = "/srv/bind";
  DiskReport named = disk("/data", 5, 50);
  named.uuid = "5f0c";
  DiskReport named_again = named;
  const auto figures = figures_of(with_disks({first, again, named, named_again}), kAt);
  EXPECT_EQ(figures.disk_total_bytes, 150U);
  EXPECT_EQ(figures.disk_used_bytes, 15U);
}

TEST(Figures, CountWhatDatasetsOfAPoolShareOnce) {
  Report report =
      with_disks({disk("/tank", 10, 110), disk("/tank/a", 200, 300), disk("/tank/a2", 200, 300), disk("/other", 1, 2)});
  const char* datasets[] = {"tank", "tank/a", "tank/a", "other/x"};
  for (std::size_t i = 0; i < 4; ++i) {
    report.system->disks[i].fstype = "zfs";
    report.system->disks[i].device = datasets[i];
  }
  const ReportFigures figures = figures_of(report, kAt);
  EXPECT_EQ(figures.disk_used_bytes, 211u);
  EXPECT_EQ(figures.disk_total_bytes, 312u);
}

TEST(Figures, CountDisksThatOnlyShareAWordForTheirDevice) {
  DiskReport one = disk("/run", 1, 10);
  one.device = "tmpfs";
  DiskReport two = disk("/tmp", 2, 10);
  two.device = "tmpfs";
  EXPECT_EQ(figures_of(with_disks({one, two}), kAt).disk_total_bytes, 20U);
}

TEST(Figures, SumsOfDisksDoNotOverflow) {
  const auto figures = figures_of(with_disks({disk("/a", kMaxCount, kMaxCount), disk("/b", ~0ULL, ~0ULL)}), kAt);
  EXPECT_EQ(figures.disk_total_bytes, kMaxCount);
  EXPECT_EQ(figures.disk_used_bytes, kMaxCount);
}

TEST(Figures, TakeContainersAsCountedOrElseCountThem) {
  Report report;
  auto& containers = report.containers.emplace();
  EXPECT_EQ(figures_of(report, kAt).containers, std::nullopt);
  containers.items.resize(3);
  containers.items[0].state = "running";
  containers.items[1].state = "running";
  containers.items[1].health = "unhealthy";
  EXPECT_EQ(figures_of(report, kAt).containers, 3U);
  EXPECT_EQ(figures_of(report, kAt).containers_running, 2U);
  EXPECT_EQ(figures_of(report, kAt).containers_unhealthy, 1U);
  containers.total = 12;
  EXPECT_EQ(figures_of(report, kAt).containers, 12U);
}

ContainerReport container(std::string state, std::string health, std::optional<std::uint64_t> exit_code) {
  ContainerReport made;
  made.state = std::move(state);
  made.health = std::move(health);
  made.exit_code = exit_code;
  return made;
}

TEST(ContainerTrouble, IsAnEndWithAnErrorAFailedCheckOrRestarts) {
  using enum ContainerTrouble;
  EXPECT_EQ(trouble_of(container("running", "healthy", {})), None);
  EXPECT_EQ(trouble_of(container("running", "unhealthy", {})), Unhealthy);
  EXPECT_EQ(trouble_of(container("", "Unhealthy", {})), Unhealthy);
  EXPECT_EQ(trouble_of(container("restarting", "unhealthy", 1)), Restarting);
  EXPECT_EQ(trouble_of(container("exited", "", 1)), Failed);
  EXPECT_EQ(trouble_of(container("Exited", "", 137)), Failed);
  EXPECT_EQ(trouble_of(container("stopped", "", 125)), Failed);
  EXPECT_EQ(trouble_of(container("dead", "", {})), Failed);
}

TEST(ContainerTrouble, IsNoneOfOneThatIsDoneOrWasToldToStop) {
  using enum ContainerTrouble;
  for (const auto code : {0, 130, 143}) EXPECT_EQ(trouble_of(container("exited", "unhealthy", code)), None) << code;
  EXPECT_EQ(trouble_of(container("exited", "", {})), None);
  EXPECT_EQ(trouble_of(container("created", "", 127)), None);
  EXPECT_EQ(trouble_of(container("paused", "", {})), None);
}

TEST(ContainerName, TellsWhoseContainerItIs) {
  ContainerReport web;
  web.name = "web";
  EXPECT_EQ(full_name(web), "web");
  web.user = "alice";
  EXPECT_EQ(full_name(web), "alice/web");
}

TEST(BackupAt, IsTheLastRunOrElseTheAge) {
  BackupReport backup;
  backup.last_run = kAt - 2h;
  backup.age_seconds = 9000;
  EXPECT_EQ(figures_with(backup).backup_at, kAt - 2h);
  backup.last_run.reset();
  EXPECT_EQ(figures_with(backup).backup_at, kAt - 9000s);
  EXPECT_EQ(figures_with({}).backup_at, std::nullopt);
}

TEST(BackupAt, IsNotTheRunThatFailed) {
  BackupReport backup;
  backup.last_run = kAt - 2h;
  backup.last_status = "failed";
  EXPECT_EQ(figures_with(backup).backup_at, std::nullopt);
  backup.age_seconds = 7200;  // of the failed run itself
  EXPECT_EQ(figures_with(backup).backup_at, std::nullopt);
  backup.age_seconds = 93600;
  EXPECT_EQ(figures_with(backup).backup_at, kAt - 26h);
}

TEST(BackupAt, IsNotTheRunThatIsStillGoingOn) {
  BackupReport backup;
  backup.last_run = kAt - 10min;
  backup.last_status = "running";
  EXPECT_EQ(figures_with(backup).backup_at, std::nullopt);
  backup.age_seconds = 86400;
  EXPECT_EQ(figures_with(backup).backup_at, kAt - 24h);
}

TEST(BackupAt, IsNotARunWhoseWordNobodyKnows) {
  for (const auto* word : {"exit code 1", "never", "skipped", "failed: repository locked"}) {
    BackupReport backup;
    backup.last_run = kAt - 2h;
    backup.last_status = word;
    EXPECT_EQ(figures_with(backup).backup_at, std::nullopt) << word;
    backup.age_seconds = 93600;
    EXPECT_EQ(figures_with(backup).backup_at, kAt - 26h) << word;
  }
  BackupReport silent;
  silent.last_run = kAt - 2h;
  silent.last_status = " ";
  EXPECT_EQ(figures_with(silent).backup_at, kAt - 2h);
}

TEST(BackupRunAt, IsTheLastRunWhateverBecameOfIt) {
  BackupReport backup;
  backup.last_run = kAt - 2h;
  backup.age_seconds = 3 * 86400;
  for (const auto* word : {"success", "failed", "running", "never", ""}) {
    backup.last_status = word;
    EXPECT_EQ(figures_with(backup).backup_run_at, kAt - 2h) << word;
  }
  backup.last_run = kAt + 1h;
  EXPECT_EQ(figures_with(backup).backup_run_at, std::nullopt);
}

TEST(BackupAt, IsNotThatOfAPartialRun) {
  BackupReport backup;
  backup.last_run = kAt - 2h;
  backup.last_status = "partial";
  EXPECT_EQ(figures_with(backup).backup_at, std::nullopt);
  backup.age_seconds = 86'400;
  EXPECT_EQ(figures_with(backup).backup_at, kAt - 24h) << "an older one was good";
}

TEST(BackupAt, NeverLiesAfterTheReport) {
  BackupReport backup;
  backup.last_run = kAt + 2min;
  EXPECT_EQ(figures_with(backup).backup_at, kAt);
  backup.last_run = kAt + 1h;
  EXPECT_EQ(figures_with(backup).backup_at, std::nullopt);
}

TEST(BackupAt, IsNoTimeBefore1970NorAfter9999WhateverTheClockOfTheNodeSays) {
  const Time last_day = std::chrono::sys_days(std::chrono::year(9999) / 12 / 31);
  Report report;
  report.timestamp = last_day;
  report.backup.emplace().last_run = Time(1h);
  report.backup->next_run = Time(2h);
  const auto figures = figures_of(report, kAt);
  EXPECT_EQ(figures.backup_at, std::nullopt);
  EXPECT_EQ(figures.backup_run_at, std::nullopt);
  EXPECT_EQ(figures.backup_next, std::nullopt);
  report.timestamp = Time(12s);
  report.backup->next_run = last_day;
  EXPECT_EQ(figures_of(report, kAt).backup_next, std::nullopt);
}

TEST(BackupAt, IsPutRightWhenTheNodesClockIsBehind) {
  Report report;
  report.timestamp = kAt - 5h;
  report.backup.emplace().last_run = kAt - 6h;
  report.backup->next_run = kAt - 4h;
  EXPECT_EQ(figures_of(report, kAt).backup_at, kAt - 1h);
  EXPECT_EQ(figures_of(report, kAt).backup_next, kAt + 1h);
}

TEST(BackupAt, IsPutRightWhenTheNodesClockRunsAhead) {
  Report report;
  report.timestamp = kAt + 24h * 365;
  auto& backup = report.backup.emplace();
  backup.last_run = *report.timestamp - 3h;
  backup.next_run = *report.timestamp + 1h;
  EXPECT_EQ(figures_of(report, kAt).backup_at, kAt - 3h);
  EXPECT_EQ(figures_of(report, kAt).backup_next, kAt + 1h);
}

TEST(BackupAt, IsUnknownForAnAgeOlderThanTime) {
  BackupReport backup;
  backup.age_seconds = kMaxCount;
  EXPECT_EQ(figures_with(backup).backup_at, std::nullopt);
}

// --- whatever a report says ---

double any_double() {
  return *gen::oneOf(gen::arbitrary<double>(), gen::element(kNan, kInfinity, -kInfinity, -0.0, 1e308, 100.4));
}
std::optional<double> maybe_double() {
  return *gen::arbitrary<bool>() ? std::optional(any_double()) : std::nullopt;
}
std::optional<std::uint64_t> maybe_count() {
  if (*gen::arbitrary<bool>()) return std::nullopt;
  return *gen::oneOf(gen::arbitrary<std::uint64_t>(), gen::element<std::uint64_t>(0, kMaxCount, ~0ULL));
}
Time any_moment() {
  return Time(milliseconds(*gen::inRange<std::int64_t>(-1'000'000, 253'402'300'800'000)));
}
Space any_space() {
  return {maybe_count(), maybe_count(), maybe_double()};
}

Report any_report() {
  Report report;
  if (*gen::arbitrary<bool>()) report.timestamp = any_moment();
  SystemReport& system = report.system.emplace();
  system.cpu = {maybe_double(), maybe_count(), std::array{any_double(), any_double(), any_double()}, maybe_double()};
  system.memory = any_space();
  system.swap = any_space();
  system.uptime_seconds = maybe_count();
  for (int i = *gen::inRange(0, 4); i > 0; --i) system.disks.emplace_back().space = any_space();
  report.containers.emplace().total = maybe_count();
  auto& backup = report.backup.emplace();
  if (*gen::arbitrary<bool>()) backup.last_run = any_moment();
  backup.last_status = *gen::element<std::string>("ok", "failed", "running", "");
  backup.age_seconds = maybe_count();
  backup.repository_size_bytes = maybe_count();
  return report;
}

TEST(Figures, AreInTheirRangeWhateverAReportSays) {
  ASSERT_TRUE(rc::check([] {
    const ReportFigures figures = figures_of(any_report(), kAt);
    for (const auto& percent :
         {figures.cpu_percent, figures.memory_percent, figures.swap_percent, figures.disk_percent})
      RC_ASSERT(!percent || (*percent >= 0 && *percent <= 100));
    for (const auto& number : {figures.load, figures.temperature_celsius}) RC_ASSERT(!number || std::isfinite(*number));
    for (const auto& count : {figures.disk_total_bytes, figures.disk_used_bytes, figures.containers,
                              figures.repository_bytes, figures.uptime_seconds})
      RC_ASSERT(!count || *count <= kMaxCount);
    RC_ASSERT(!figures.backup_at || (*figures.backup_at <= kAt));
  }));
}

ContainersReport containers(std::vector<ContainerReport> items) {
  ContainersReport report;
  report.items = std::move(items);
  return report;
}

ContainerReport named_container(std::string name, std::string state, std::optional<std::uint64_t> exit_code = {}) {
  ContainerReport made;
  made.name = std::move(name);
  made.state = std::move(state);
  made.exit_code = exit_code;
  return made;
}

TEST(ContainersInTrouble, AreCountedAndTheFirstAreNamed) {
  Report report;
  report.containers = containers({named_container("web", "running"), named_container("init", "exited", 0),
                                  named_container("db", "restarting"), named_container("queue", "exited", 1)});
  EXPECT_EQ(figures_of(report, kAt).containers_troubled, 2U);
  EXPECT_EQ(figures_of(report, kAt).troubled_containers, "db, queue");
  for (const auto* name : {"a", "b"}) report.containers->items.push_back(named_container(name, "dead"));
  EXPECT_EQ(figures_of(report, kAt).containers_troubled, 4U);
  EXPECT_EQ(figures_of(report, kAt).troubled_containers, "db, queue, a and others");
}

TEST(ContainersInTrouble, AreThoseThatEndedWithoutAWordWhy) {
  Report report;
  report.containers = containers({named_container("web", "Exited")});
  EXPECT_EQ(figures_of(report, kAt).containers_troubled, 1U);
}

TEST(ContainersInTrouble, MayBeKnownByTheirNumberAlone) {
  Report report;
  report.containers.emplace().unhealthy = 3;
  EXPECT_EQ(figures_of(report, kAt).containers_troubled, 3U);
  report.containers->unhealthy.reset();
  report.containers->running = 3;
  EXPECT_EQ(figures_of(report, kAt).containers_troubled, std::nullopt);
}

}  // namespace
}  // namespace holdfast::core
