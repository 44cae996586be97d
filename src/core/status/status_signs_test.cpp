// What a status makes of pings, of a clock that is behind, and of reports that are refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/status/status.hpp"

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

const Time kSeen = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 12h;
const StatusLimits kLimits;

HostFactsForStatus reporting() {
  HostFactsForStatus facts;
  facts.enrolled = false;
  facts.silent_since = facts.heard_at = kSeen;
  facts.figures.emplace().backup_at = kSeen;
  facts.figures->backup_status = "success";
  return facts;
}

HostFactsForStatus pinging(std::chrono::seconds every = 0s) {
  HostFactsForStatus facts;
  facts.enrolled = false;
  facts.silent_since = facts.heard_at = kSeen;
  facts.ping = PingFacts{kSeen, false, {}, every};
  return facts;
}

TEST(JudgeClock, IsAWarningThatSaysByHowMuchItIsBehind) {
  auto facts = reporting();
  facts.clock_behind = 5h - 20s;
  EXPECT_EQ(judge_host(facts, kLimits, kSeen).state, HostState::Warning);
  EXPECT_EQ(judge_host(facts, kLimits, kSeen).reason(), "Its clock is behind by 5 h");
  facts.clock_behind = 5h + 29s;
  EXPECT_EQ(judge_host(facts, kLimits, kSeen).reason(), "Its clock is behind by 5 h");
  facts.clock_behind = kSeen.time_since_epoch();
  EXPECT_EQ(judge_host(facts, kLimits, kSeen).reason(), "Its clock is behind by 56 years");
}

TEST(JudgeSilence, SaysWhyReportsAreRefused) {
  auto facts = reporting();
  facts.refused = "The report is not valid JSON near byte 34.";
  EXPECT_EQ(judge_host(facts, kLimits, kSeen).state, HostState::Ok) << "one came a moment ago";
  const auto silent = judge_host(facts, kLimits, kSeen + 40min);
  EXPECT_THAT(silent.reason(), HasSubstr("; its reports are refused: The report is not valid JSON near byte 34"));
  EXPECT_EQ(std::get<finding::Silence>(silent.findings.front()).since, kSeen);
}

TEST(JudgePings, OfAHostThatIsKnownByThemAloneIsItsSilence) {
  const auto facts = pinging();
  const auto fresh = judge_host(facts, kLimits, kSeen);
  EXPECT_EQ(fresh.state, HostState::Ok);
  EXPECT_FALSE(fresh.unprotected);
  EXPECT_EQ(fresh.changes_at, kSeen + 30min);
  const auto silent = judge_host(facts, kLimits, kSeen + 30min);
  EXPECT_EQ(silent.state, HostState::Warning);
  EXPECT_EQ(silent.reason(), "No ping since 2026-11-22T12:00:00Z");
  EXPECT_EQ(silent.cause(), StatusCause::Silence);
  EXPECT_EQ(judge_host(facts, kLimits, kSeen + 60min).state, HostState::Down);
}

TEST(JudgePings, AreExpectedAsFarApartAsTheySay) {
  const auto facts = pinging(24h);
  EXPECT_EQ(judge_host(facts, kLimits, kSeen).changes_at, kSeen + 24h + 30min);
  EXPECT_EQ(judge_host(facts, kLimits, kSeen + 24h + 29min).state, HostState::Ok);
  EXPECT_EQ(judge_host(facts, kLimits, kSeen + 24h + 30min).state, HostState::Warning);
  EXPECT_EQ(judge_host(facts, kLimits, kSeen + 25h).state, HostState::Down);
}

TEST(JudgePings, DoNotCountTheTimeInWhichTheHubWasAway) {
  auto facts = pinging(1h);
  facts.silent_since = kSeen + 2h;
  EXPECT_EQ(judge_host(facts, kLimits, kSeen + 3h).state, HostState::Ok);
}

TEST(JudgePings, ThatTellOfAFailureAreDown) {
  auto facts = pinging();
  facts.ping->failed = true;
  EXPECT_EQ(judge_host(facts, kLimits, kSeen).state, HostState::Down);
  EXPECT_EQ(judge_host(facts, kLimits, kSeen).reason(), "The last ping tells of a failure");
  facts.ping->detail = "exit code 3";
  EXPECT_EQ(judge_host(facts, kLimits, kSeen).reason(), "The last ping tells of a failure: exit code 3");
}

TEST(JudgePings, OfAHostThatReportsAreJudgedBesideItsReports) {
  auto facts = reporting();
  facts.ping = PingFacts{kSeen - 3h, false, {}, 1h};
  EXPECT_EQ(judge_host(facts, kLimits, kSeen).reason(), "No ping since 2026-11-22T09:00:00Z");
  facts.ping->every = 0s;
  EXPECT_EQ(judge_host(facts, kLimits, kSeen).state, HostState::Ok) << "nobody said that there would be more";
  facts.ping->at = kSeen + 40min;
  facts.silent_since = facts.heard_at = kSeen;
  EXPECT_THAT(judge_host(facts, kLimits, kSeen + 40min).reason(), StartsWith("No report since "));
}

}  // namespace
}  // namespace holdfast::core
