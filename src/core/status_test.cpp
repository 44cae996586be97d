#include "core/status.hpp"

#include <gtest/gtest.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;
using enum JobState;

const Time kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 9h;

HostFactsForStatus healthy() {
  HostFactsForStatus facts;
  facts.connected = true;
  facts.last_seen_at = kNow;
  facts.watched_since = kNow - 24h;
  facts.has_plan = true;
  facts.runs = {Succeeded};
  facts.has_success = true;
  return facts;
}

TEST(JudgeHost, IsQuietWhenAllIsWell) {
  EXPECT_EQ(judge_host(healthy(), kNow), (HostStatus{HostState::Ok, ""}));
}

TEST(JudgeHost, WaitsForAnAgentThatNeverCame) {
  auto facts = healthy();
  facts.connected = false;
  facts.last_seen_at.reset();
  EXPECT_EQ(judge_host(facts, kNow).state, HostState::Waiting);
}

TEST(JudgeHost, CountsSilenceInThirtyAndSixtyMinutes) {
  auto facts = healthy();
  facts.connected = false;
  facts.last_seen_at = kNow - 29min;
  EXPECT_EQ(judge_host(facts, kNow).state, HostState::Ok);
  facts.last_seen_at = kNow - 41min;
  EXPECT_EQ(judge_host(facts, kNow), (HostStatus{HostState::Warning, "Not connected for 41 min"}));
  facts.last_seen_at = kNow - 2h - 14min;
  EXPECT_EQ(judge_host(facts, kNow), (HostStatus{HostState::Down, "Not connected for 2 h 14 min"}));
}

TEST(JudgeHost, RaisesNoFalseAlarmAfterTheHubItselfWasDown) {
  auto facts = healthy();
  facts.connected = false;
  facts.last_seen_at = kNow - 12h;
  facts.watched_since = kNow - 1min;
  EXPECT_EQ(judge_host(facts, kNow).state, HostState::Ok);
}

TEST(JudgeHost, CountsFailuresInARowAndSkipsCancelledRuns) {
  auto facts = healthy();
  facts.runs = {Succeeded, Failed};
  EXPECT_EQ(judge_host(facts, kNow), (HostStatus{HostState::Warning, "The last backup failed"}));
  facts.runs = {Succeeded, Failed, Cancelled, Failed, Running};
  EXPECT_EQ(judge_host(facts, kNow), (HostStatus{HostState::Warning, "The last 2 backups failed"}));
  facts.runs = {Failed, Failed, Failed, Queued};
  EXPECT_EQ(judge_host(facts, kNow), (HostStatus{HostState::Down, "Backup failed 3 times in a row"}));
  facts.runs = {Failed, Failed, Failed, Succeeded};
  EXPECT_EQ(judge_host(facts, kNow).state, HostState::Ok);
}

TEST(JudgeHost, NeverShowsAPartialRunAsGood) {
  auto facts = healthy();
  facts.runs = {Succeeded, Partial, Cancelled};
  EXPECT_EQ(judge_host(facts, kNow).state, HostState::Warning);
}

TEST(JudgeHost, SaysThatNothingIsBackedUp) {
  auto facts = healthy();
  facts.runs = {};
  facts.has_success = false;
  EXPECT_EQ(judge_host(facts, kNow).reason, "No backup yet");
  facts.has_plan = false;
  EXPECT_EQ(judge_host(facts, kNow).reason, "Nothing is backed up: no source group or no repository");
}

TEST(JudgeHost, ShowsTheWorseOfTwoReasons) {
  auto facts = healthy();
  facts.connected = false;
  facts.last_seen_at = kNow - 41min;
  facts.runs = {Failed, Failed, Failed};
  EXPECT_EQ(judge_host(facts, kNow).reason, "Backup failed 3 times in a row");
}

}  // namespace
}  // namespace holdfast::core
