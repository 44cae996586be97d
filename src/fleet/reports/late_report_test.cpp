#include "reports/late_report.hpp"
#include "store/reports/reports.hpp"

#include <gtest/gtest.h>

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;
using core::milliseconds;

const core::Time kCame = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 12h;

// What is found out of reports that come at these moments and are late by so much.
struct Arrival {
  core::Time at;
  milliseconds late_by;
};
std::vector<std::optional<milliseconds>> found_of(const std::vector<Arrival>& arrivals) {
  store::ClockEvidence evidence;
  std::vector<std::optional<milliseconds>> found;
  for (const auto& arrival : arrivals) {
    found.push_back(clock_behind(evidence, arrival.late_by, arrival.at));
    evidence = {found.back(), arrival.late_by, arrival.at};
  }
  return found;
}

using Found = std::vector<std::optional<milliseconds>>;

TEST(ClockBehind, ShowsInReportsThatAreLateByTheSameInStepWithTheirArrival) {
  EXPECT_EQ(found_of({{kCame, 5h}, {kCame + 15min, 5h}, {kCame + 30min, 5h}}), (Found{{}, 5h, 5h}));
  EXPECT_EQ(found_of({{kCame, 5h}, {kCame + 2s, 5h + 900ms}}), (Found{{}, 5h + 900ms})) << "told to the second";
  EXPECT_EQ(found_of({{kCame, 5h}, {kCame + 15min, 5h + 29s}}), (Found{{}, 5h + 29s})) << "one was under way longer";
}

TEST(ClockBehind, StaysTheSameSoThatNothingIsToldAnew) {
  EXPECT_EQ(found_of({{kCame, 5h}, {kCame + 15min, 5h + 1s}, {kCame + 30min, 5h - 7s}}), (Found{{}, 5h + 1s, 5h + 1s}));
}

TEST(ClockBehind, IsNoBacklog) {
  EXPECT_EQ(found_of({{kCame, 5h}, {kCame + 100ms, 5h - 15min}, {kCame + 200ms, 5h - 30min}}), (Found{{}, {}, {}}));
  EXPECT_EQ(found_of({{kCame, 5h}, {kCame + 1s, 5h - 1min}, {kCame + 2s, 5h - 2min}}), (Found{{}, {}, {}}));
  EXPECT_EQ(found_of({{kCame, 1h}, {kCame + 5s, 2h}, {kCame + 10s, 3h}}), (Found{{}, {}, {}})) << "newest first";
  EXPECT_EQ(found_of({{kCame, 5h}, {kCame, 5h}}), (Found{{}, {}})) << "two of one moment at once";
  EXPECT_EQ(found_of({{kCame, 5h}, {kCame + 15min, 5h + 15min}}), (Found{{}, {}})) << "one moment told twice";
  EXPECT_EQ(found_of({{kCame, 5h}, {kCame + 24h, 7h}}), (Found{{}, {}})) << "two days, two backlogs";
}

TEST(ClockBehind, IsCertainForAMomentBeforeAnybodyReported) {
  const milliseconds since_1970 = kCame.time_since_epoch() - 12s;
  EXPECT_EQ(found_of({{kCame, since_1970}}), (Found{since_1970}));
  const auto restarted = since_1970 + 3 * 24h;
  EXPECT_EQ(found_of({{kCame, since_1970}, {kCame + 3 * 24h, restarted}}), (Found{since_1970, restarted}));
}

TEST(ClockBehind, CountsForWhatTheHostKeptBack) {
  const store::ClockEvidence known{5h, 5h, kCame};
  EXPECT_EQ(clock_behind(known, 6h, kCame + 1h), 5h);
  EXPECT_EQ(clock_behind(known, 1h, kCame + 1h), std::nullopt) << "a backlog of a clock that is right again";
}

}  // namespace
}  // namespace holdfast::fleet
