#include "probes/system/health.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/system/own_backups.hpp"

namespace holdfast::agent {
namespace {

using core::Health;
using testing::ElementsAre;
using testing::IsEmpty;

core::DiskReport health_disk(std::string mount, double percent) {
  core::DiskReport report;
  report.mount = std::move(mount);
  report.space.percent = percent;
  return report;
}

core::Report with_disks(std::vector<core::DiskReport> disks) {
  core::Report report;
  report.system.emplace().disks = std::move(disks);
  return report;
}

core::Report judged(core::Report report, const Troubles& troubles = {}) {
  judge_health(report, troubles);
  return report;
}

TEST(Health, IsGoodWhereNothingIsKnownToBeWrong) {
  const core::Report report = judged({});
  EXPECT_EQ(report.health, Health::Ok);
  EXPECT_THAT(report.issues, IsEmpty());
  EXPECT_EQ(judged(with_disks({health_disk("/", 85)})).health, Health::Ok);
}

TEST(Health, SuffersFromFullDisks) {
  const core::Report report = judged(with_disks({health_disk("/srv", 86), health_disk("/", 98)}));
  EXPECT_EQ(report.health, Health::Fail);
  EXPECT_THAT(report.issues, ElementsAre("/ is full to 98 %", "/srv is full to 86 %"));
  EXPECT_EQ(judged(with_disks({health_disk("/", 97)})).health, Health::Warn);
}

TEST(Health, SuffersWhenInodesRunOut) {
  core::DiskReport few = health_disk("/var", 10);
  few.inodes_percent = 90;
  const core::Report report = judged(with_disks({few}));
  EXPECT_EQ(report.health, Health::Warn);
  EXPECT_THAT(report.issues, ElementsAre("/var has used up its inodes to 90 %"));
}

TEST(Health, FailsWithADiskThatIsFailing) {
  core::DiskReport failing = health_disk("/", 10), old = health_disk("/srv", 10);
  failing.smart_status = "failing";
  old.smart_status = "prefail";
  const core::Report report = judged(with_disks({old, failing, health_disk("/boot", 10)}));
  EXPECT_EQ(report.health, Health::Fail);
  EXPECT_THAT(report.issues, ElementsAre("SMART says that a disk is failing under /",
                                         "SMART says that a disk is near its end under /srv"));
}

TEST(Health, DoesNotSufferFromAFullDiskThatCanOnlyBeRead) {
  core::DiskReport image = health_disk("/mnt/archive", 100);
  image.read_only = true;
  image.inodes_percent = 100;
  EXPECT_EQ(judged(with_disks({image})).health, Health::Ok);
  image.smart_status = "failing";
  EXPECT_EQ(judged(with_disks({image})).health, Health::Fail);
}

TEST(Health, SuffersFromADiskThatIsTooHotButDoesNotFail) {
  core::DiskReport hot = health_disk("/", 10);
  hot.smart_status = "hot";
  const core::Report report = judged(with_disks({hot}));
  EXPECT_EQ(report.health, Health::Warn);
  EXPECT_THAT(report.issues, ElementsAre("SMART says that a disk is too hot under /"));
}

TEST(Health, DoesNotSufferFromADiskThatDoesNotSay) {
  core::DiskReport unknown = health_disk("/", 10);
  unknown.smart_status = "unknown";
  EXPECT_EQ(judged(with_disks({unknown}), {{}, {}, {{"/dev/sdb", "unknown"}}}).health, Health::Ok);
}

TEST(Health, SuffersFromDrivesThatNothingIsMountedFrom) {
  core::Report report = judged(with_disks({}), {{}, {}, {{"/dev/bus/0 (megaraid,8)", "failing"}, {"/dev/sdc", "hot"}}});
  EXPECT_EQ(report.health, Health::Fail);
  EXPECT_THAT(report.issues, ElementsAre("SMART says that a disk is failing: /dev/bus/0 (megaraid,8)",
                                         "SMART says that a disk is too hot: /dev/sdc"));
}

TEST(Health, SuffersFromDisksThatDoNotAnswer) {
  const core::Report report = judged({}, {{}, {"/mnt/nas does not answer"}, {}});
  EXPECT_EQ(report.health, Health::Warn);
  EXPECT_THAT(report.issues, ElementsAre("/mnt/nas does not answer"));
}

TEST(Health, SuffersFromFailedUnitsOfWhichItNamesAFew) {
  EXPECT_THAT(judged({}, {{"a", "b", "c", "d", "e", "f", "g"}, {}, {}}).issues,
              ElementsAre("Failed units: a, b, c, d, e and 2 more"));
}

TEST(Health, SuffersFromContainersThatAreNotWell) {
  core::Report report;
  auto& items = report.containers.emplace().items;
  items.resize(6);
  items[0].name = "web";
  items[0].health = "healthy";
  items[1].name = "db";
  items[1].health = "unhealthy";
  items[2].name = "cron";
  items[2].state = "restarting";
  items[3].name = "import";
  items[3].user = "alice";
  items[3].state = "exited";
  items[3].exit_code = 1;
  items[4].name = "done";
  items[4].state = "exited";
  items[4].exit_code = 0;
  items[5].name = "stopped";
  items[5].state = "exited";
  items[5].exit_code = 143;
  EXPECT_THAT(judged(report).issues, ElementsAre("Unhealthy containers: db", "Containers that keep restarting: cron",
                                                 "Containers that ended with an error: alice/import"));
}

TEST(Health, SuffersAlsoWhereAFewOfManyContainersAreNotWell) {
  core::Report report;
  auto& items = report.containers.emplace().items;
  items.resize(300);
  for (std::size_t i = 0; i < items.size(); ++i) {
    items[i].name = "c" + std::to_string(i);
    items[i].state = i < 60 ? "exited" : "running";
    if (i < 60) items[i].exit_code = 1;
  }
  judge_health(report, {});
  EXPECT_EQ(report.health, Health::Warn);
  EXPECT_THAT(report.issues, ElementsAre("Containers that ended with an error: c0, c1, c2, c3, c4 and 55 more"));
}

TEST(Health, NamesEverythingOnOneLine) {
  core::Report report;
  auto& item = report.containers.emplace().items.emplace_back();
  item.name = "a\nb\x1b[31m\x7f";
  item.state = "restarting";
  EXPECT_THAT(judged(report).issues, ElementsAre("Containers that keep restarting: a b [31m "));
}

TEST(Health, SuffersFromHeatAndFromLackOfMemory) {
  core::Report report;
  report.system.emplace().memory.percent = 96;
  report.system->cpu.temperature_celsius = 97.5;
  EXPECT_THAT(judged(report).issues, ElementsAre("Memory is in use to 96 %", "The processor is at 98 °C"));
}

TEST(Health, SuffersFromTheLastBackup) {
  core::Report report;
  report.backup.emplace().last_status = kFailed;
  EXPECT_THAT(judged(report).issues, ElementsAre("The last backup failed"));
  report.backup->last_status = kPartial;
  EXPECT_THAT(judged(report).issues, ElementsAre("The last backup could not read everything"));
  report.backup->last_status = kSuccess;
  EXPECT_EQ(judged(report).health, Health::Ok);
}

TEST(Health, NamesAtMostFiftyIssuesAndTheGravestFirst) {
  std::vector<core::DiskReport> disks(100, health_disk("/srv", 90));
  disks.push_back(health_disk("/", 99));
  const core::Report report = judged(with_disks(disks));
  EXPECT_EQ(report.issues.size(), 50u);
  EXPECT_EQ(report.issues.front(), "/ is full to 99 %");
}

TEST(Health, SaysEachIssueInFewWords) {
  const core::Report report = judged(with_disks({health_disk("/" + std::string(4000, 'x'), 90)}));
  EXPECT_EQ(report.issues.front().size(), 500u);
}

}  // namespace
}  // namespace holdfast::agent
