#include "probes/system/cpu.hpp"

#include <gtest/gtest.h>

#include "probes/sample_host.hpp"
#include "text/time.hpp"

namespace holdfast::agent {
namespace {

constexpr std::string_view kStat =
    "cpu  57447 972 9589 14600 295 7 79 53 40 2\n"
    "cpu0 28187 581 4318 8368 24 0 14 26 0 0\n"
    "intr 100 0 0\n"
    "btime 1763991600\n"
    "processes 7\n";

TEST(CpuTimes, AreThoseOfAllProcessorsTogether) {
  // What guests used is part of user and nice already.
  EXPECT_EQ(parse_cpu_times(kStat), (CpuTimes{57447 + 972 + 9589 + 14600 + 295 + 7 + 79 + 53, 14600 + 295}));
}

TEST(CpuTimes, OfOldKernelsHaveFewerFields) {
  EXPECT_EQ(parse_cpu_times("cpu 1 2 3 4\n"), (CpuTimes{10, 4}));
}

TEST(CpuTimes, AreNothingInOtherTexts) {
  for (const char* text : {"", "cpu", "cpu 1 2 3", "cpu 1 2 x 4", "cpu0 1 2 3 4", "cpus 1 2 3 4"}) {
    EXPECT_EQ(parse_cpu_times(text), std::nullopt) << text;
  }
}

TEST(BusyPercent, IsTheShareThatWasNotIdle) {
  EXPECT_EQ(busy_percent({1000, 500}, {2000, 750}), 75.0);
  EXPECT_EQ(busy_percent({1000, 500}, {2000, 1500}), 0.0);
}

TEST(BusyPercent, StaysInBoundsWhenTheEstimateOfWaitingGoesBack) {
  EXPECT_EQ(busy_percent({1000, 500}, {1010, 490}), 100.0);
  EXPECT_EQ(busy_percent({1000, 500}, {1010, 600}), 0.0);
}

TEST(BusyPercent, IsUnknownWhenNoTimePassed) {
  EXPECT_EQ(busy_percent({1000, 500}, {1000, 500}), std::nullopt);
  EXPECT_EQ(busy_percent({1000, 500}, {10, 5}), std::nullopt);
}

TEST(BootTime, IsInSecondsSinceTheEpoch) {
  EXPECT_EQ(parse_boot_time(kStat), text::parse_time("2025-11-24T13:40:00Z"));
  EXPECT_EQ(parse_boot_time("btime 99999999999999\n"), std::nullopt);
  EXPECT_EQ(parse_boot_time("cpu 1 2 3 4\n"), std::nullopt);
}

TEST(Load, HasThreeAverages) {
  EXPECT_EQ(parse_load("0.50 1.25 120.00 3/412 5123\n"), (std::array<double, 3>{0.5, 1.25, 120}));
  for (const char* text : {"", "0.5 1.2", "0.5 x 1", "-1 0 0"}) EXPECT_EQ(parse_load(text), std::nullopt) << text;
}

TEST(Uptime, IsInWholeSeconds) {
  EXPECT_EQ(parse_uptime("350735.47 234388.90\n"), 350735u);
  EXPECT_EQ(parse_uptime("x.47\n"), std::nullopt);
  EXPECT_EQ(parse_uptime(""), std::nullopt);
}

TEST(CpuLimit, IsTheQuotaInPeriods) {
  EXPECT_EQ(parse_cpu_max("150000 100000\n"), 1.5);
  EXPECT_EQ(parse_cpu_max("max 100000\n"), std::nullopt);
  EXPECT_EQ(parse_cpu_max(""), std::nullopt);
  EXPECT_EQ(parse_cpu_max("1 0\n"), std::nullopt);
  EXPECT_EQ(parse_cpu_quota("50000\n", "100000\n"), 0.5);
  EXPECT_EQ(parse_cpu_quota("-1\n", "100000\n"), std::nullopt);
}

TEST(Cores, AreAsManyAsMayBeUsed) {
  EXPECT_EQ(count_cores(8, {}), 8u);
  EXPECT_EQ(count_cores(8, {2.5, 6}), 3u);
  EXPECT_EQ(count_cores(8, {0.1}), 1u);
  EXPECT_EQ(count_cores(2, {64}), 2u);
}

TEST(Cores, OfAContainerAreThoseItMayUse) {
  test::SampleHost host;
  host.put("sys/fs/cgroup/cpu.max", "100000 100000\n");
  EXPECT_EQ(read_cores(host.paths()), 1u);
}

TEST(Cores, OfAContainerOfTheFirstVersionOfControlGroupsAreThoseItMayUse) {
  test::SampleHost host;
  host.put("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "100000\n");
  host.put("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(read_cores(host.paths()), 1u);
}

// A quota of the agent's service is no property of the host.
TEST(Cores, AreNotFewerBecauseTheAgentIsHeldBack) {
  test::SampleHost host;
  const auto all = read_cores(host.paths());
  host.put("proc/self/cgroup", "0::/system.slice/holdfast-agent.service\n");
  host.put("sys/fs/cgroup/system.slice/holdfast-agent.service/cpu.max", "1000 100000\n");
  EXPECT_EQ(read_cores(host.paths()), all);
}

}  // namespace
}  // namespace holdfast::agent
