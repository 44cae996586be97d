#include "reports/roll_up.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>

#include "reports/report_text.hpp"

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;

const core::Time kFirst = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22);

TEST(RollUps, TellMeansAndExtremes) {
  RollUpBuilder builder;
  for (const double cpu : {10.0, 40.0, 10.0}) builder.add(ReportText{.cpu = cpu, .disk = cpu}.report(), kFirst);
  const auto values = builder.finish(kFirst);
  EXPECT_EQ(values.reports, 3u);
  EXPECT_EQ(values.cpu_mean, 20);
  EXPECT_EQ(values.cpu_max, 40);
  EXPECT_EQ(values.disk_max, 40);
  EXPECT_EQ(values.disks.at("/"), 40);
}

TEST(RollUps, LeaveOutWhatNoReportSays) {
  RollUpBuilder builder;
  builder.add(ReportText{.cpu = 30, .tells_of_backups = false}.report(), kFirst);
  builder.add(ReportText{.tells_of_backups = false}.report(), kFirst);
  const auto values = builder.finish(kFirst);
  EXPECT_EQ(values.cpu_mean, 30);
  EXPECT_FALSE(values.memory_mean);
  EXPECT_FALSE(values.disk_max);
  EXPECT_FALSE(values.backup_age);
}

TEST(RollUps, CountTheFewestContainersThatRan) {
  RollUpBuilder builder;
  for (const std::uint64_t running : {8u, 3u, 7u}) {
    auto report = ReportText{}.report();
    report.containers.emplace().running = running;
    report.containers->total = 8;
    builder.add(report, kFirst);
  }
  EXPECT_EQ(builder.finish(kFirst).containers_running, 3);
  EXPECT_EQ(builder.finish(kFirst).containers_total, 8);
}

TEST(RollUps, CountTheAgeOfABackupFromTheMomentOfTheReport) {
  RollUpBuilder builder;
  builder.add(ReportText{.backup = kFirst - 5h}.report(), kFirst);
  EXPECT_EQ(builder.finish(kFirst).backup_age, 5h);
  EXPECT_EQ(point_of(ReportText{.backup = kFirst + 5h}.report(), kFirst).backup_age.value_or(0s), 0s);
}

TEST(RollUps, TellTheFullestDisksApart) {
  auto report = ReportText{}.report();
  for (int i = 0; i < 40; ++i) {
    auto& disk = report.system->disks.emplace_back();
    disk.mount = "/disk" + std::to_string(i);
    disk.space.percent = i;
  }
  const auto values = point_of(report, kFirst);
  EXPECT_EQ(values.disks.size(), kDisksKept);
  EXPECT_EQ(values.disks.at("/disk39"), 39);
  EXPECT_FALSE(values.disks.contains("/disk0"));
}

TEST(RollUps, CutTheNamesOfMountsAndKeepTheFullestOfThoseThatBecomeEqual) {
  auto report = ReportText{}.report();
  for (const double percent : {40.0, 70.0, 50.0}) {
    auto& disk = report.system->disks.emplace_back();
    disk.mount = std::string(254, 'x') + "ű" + std::to_string(percent);
    disk.space.percent = percent;
  }
  const auto values = point_of(report, kFirst);
  ASSERT_EQ(values.disks.size(), 1u);
  EXPECT_EQ(values.disks.at(std::string(254, 'x')), 70);
}

TEST(RollUps, TellTheMeanOfWhatWentThroughNetworkAndDisks) {
  RollUpBuilder builder;
  for (const double rate : {100.0, 300.0}) {
    auto report = ReportText{.disk = 10}.report();
    report.system->network = {rate, rate * 2};
    report.system->disk_io = {rate * 3, std::nullopt};
    builder.add(report, kFirst);
  }
  builder.add(ReportText{}.report(), kFirst);
  const auto values = builder.finish(kFirst);
  EXPECT_EQ(values.network_received, 200);
  EXPECT_EQ(values.network_sent, 400);
  EXPECT_EQ(values.disk_read, 600);
  EXPECT_EQ(values.disk_written, std::nullopt);
}

core::Report with_container(std::string name, double cpu, std::uint64_t memory) {
  auto report = ReportText{}.report();
  auto& container = report.containers.emplace().items.emplace_back();
  container.name = std::move(name);
  container.cpu_percent = cpu;
  container.memory_bytes = memory;
  return report;
}

TEST(RollUps, TellContainersApart) {
  const std::array<core::RollUp, 3> parts{point_of(with_container("web", 10, 400), kFirst),
                                          point_of(with_container("web", 30, 200), kFirst),
                                          point_of(with_container("db", 5, 100), kFirst)};
  const auto values = merge(parts, kFirst);
  const std::map<std::string, core::ContainerUse> expected{{"db", {5, 100}}, {"web", {20, 400}}};
  EXPECT_EQ(values.container_use, expected);
}

TEST(RollUps, KeepTheContainersThatUseMost) {
  RollUpBuilder builder;
  for (int i = 0; i < 40; ++i)
    builder.add(with_container("c" + std::to_string(i), i, static_cast<std::uint64_t>(40 - i)), kFirst);
  const auto kept = builder.finish(kFirst).container_use;
  EXPECT_EQ(kept.size(), kContainersKept);
  for (const auto* name : {"c0", "c7", "c39", "c32"}) EXPECT_TRUE(kept.contains(name)) << name;
  EXPECT_FALSE(kept.contains("c20"));
}

TEST(RollUps, CompareManyContainersWithoutKeepingThemAll) {
  RollUpBuilder builder;
  for (int i = 0; i < 10'000; ++i) builder.add(with_container("c" + std::to_string(i), i % 50, 1), kFirst);
  builder.add(with_container("large", 0, 1U << 30U), kFirst);
  const auto kept = builder.finish(kFirst).container_use;
  EXPECT_EQ(kept.size(), kContainersKept);
  EXPECT_TRUE(kept.contains("large"));
}

TEST(RollUps, WeighHoursByTheirReports) {
  std::vector<core::RollUp> hours(2);
  hours[0].reports = 3;
  hours[0].cpu_mean = 10;
  hours[1].reports = 1;
  hours[1].cpu_mean = 50;
  hours[1].disks["/srv"] = 7;
  const auto day = merge(hours, kFirst);
  EXPECT_EQ(day.reports, 4u);
  EXPECT_EQ(day.cpu_mean, 20);
  EXPECT_EQ(day.disks.at("/srv"), 7);
  EXPECT_EQ(day.start, kFirst);
}

}  // namespace
}  // namespace holdfast::fleet
