#include "core/status_cause.hpp"

#include <gtest/gtest.h>

#include "core/status.hpp"

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

constexpr auto kCounted = 24;  // what lists keep of a reason

const Time kNow = *parse_time("2026-11-20T09:42:18Z");

// A host with an agent that is well in every way.
HostFactsForStatus well() {
  HostFactsForStatus facts;
  facts.silent_since = facts.heard_at = kNow - 1min;
  facts.figures.emplace();
  facts.has_plan = true;
  facts.runs = {JobState::Succeeded};
  facts.last_success_at = kNow - 2h;
  return facts;
}

StatusCause cause(const HostFactsForStatus& facts) {
  const auto status = judge_host(facts, StatusLimits{}, kNow);
  EXPECT_NE(status.state, HostState::Ok);
  EXPECT_EQ(cause_of(status.reason), cause_of(status.reason.substr(0, kCounted))) << status.reason;
  return cause_of(status.reason);
}

TEST(StatusCause, silence_of_hosts_that_reported_and_of_those_that_never_did) {
  auto facts = well();
  facts.silent_since = facts.heard_at = kNow - 2h;
  EXPECT_EQ(cause(facts), StatusCause::Silence);
  facts.figures.reset();
  EXPECT_EQ(cause(facts), StatusCause::Silence);
}

TEST(StatusCause, health_as_the_host_says_itself) {
  auto facts = well();
  facts.figures->health = Health::Fail;
  EXPECT_EQ(cause(facts), StatusCause::Health);
  facts.figures->issue = "the pool is degraded";
  facts.figures->issues = 2;
  EXPECT_EQ(cause(facts), StatusCause::Health);
}

TEST(StatusCause, age_of_the_backup) {
  auto facts = well();
  facts.last_success_at = kNow - 30h;
  EXPECT_EQ(cause(facts), StatusCause::BackupAge);
  facts.last_success_at = kNow - 100h;
  EXPECT_EQ(cause(facts), StatusCause::BackupAge);
}

TEST(StatusCause, runs_that_failed) {
  auto facts = well();
  for (const std::size_t failures : {1U, 2U, 3U}) {
    facts.runs.assign(failures, JobState::Failed);
    EXPECT_EQ(cause(facts), StatusCause::Runs);
  }
}

TEST(StatusCause, a_run_that_could_not_read_all) {
  auto facts = well();
  facts.runs = {JobState::Partial};
  EXPECT_EQ(cause(facts), StatusCause::Partial);
}

TEST(StatusCause, disks_that_are_full_or_will_be) {
  auto facts = well();
  facts.figures->disk_percent = 90;
  EXPECT_EQ(cause(facts), StatusCause::Disk);
  facts.figures->disk_mount = "/srv";
  EXPECT_EQ(cause(facts), StatusCause::Disk);
  facts.figures->disk_percent = 40;
  facts.full_at = kNow + 48h;
  EXPECT_EQ(cause(facts), StatusCause::Disk);
}

TEST(StatusCause, hosts_that_nothing_is_backed_up_of) {
  auto facts = well();
  facts.has_plan = false;
  EXPECT_EQ(cause(facts), StatusCause::Plan);
  facts.has_plan = true;
  facts.runs.clear();
  facts.last_success_at.reset();
  EXPECT_EQ(cause(facts), StatusCause::Plan);
  facts.enrolled = false;
  facts.figures->snapshots = 0;
  EXPECT_EQ(cause(facts), StatusCause::Plan);
}

TEST(StatusCause, a_text_that_is_no_reason) {
  EXPECT_EQ(cause_of(""), StatusCause::Other);
  EXPECT_EQ(cause_of("all is well"), StatusCause::Other);
}

}  // namespace
}  // namespace holdfast::core
