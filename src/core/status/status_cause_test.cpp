#include "core/status/status_cause.hpp"

#include <gtest/gtest.h>

#include "core/status/status.hpp"
#include "text/time.hpp"

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

const Time kCaused = *text::parse_time("2026-11-20T09:42:18Z");

// A host with an agent that is well in every way.
HostFactsForStatus well() {
  HostFactsForStatus facts;
  facts.silent_since = facts.heard_at = kCaused - 1min;
  facts.figures.emplace();
  facts.has_repository = true;
  facts.groups = {{"system", kCaused - 2h, {JobState::Succeeded}}};
  return facts;
}

StatusCause cause(const HostFactsForStatus& facts) {
  const auto status = judge_host(facts, StatusLimits{}, kCaused);
  EXPECT_NE(status.state, HostState::Ok);
  return status.cause();
}

TEST(StatusCause, silence_of_hosts_that_reported_and_of_those_that_never_did) {
  auto facts = well();
  facts.silent_since = facts.heard_at = kCaused - 2h;
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
  facts.groups[0].last_good_at = kCaused - 30h;
  EXPECT_EQ(cause(facts), StatusCause::BackupAge);
  facts.groups[0].last_good_at = kCaused - 100h;
  EXPECT_EQ(cause(facts), StatusCause::BackupAge);
}

TEST(StatusCause, runs_that_failed) {
  auto facts = well();
  for (const std::size_t failures : {1U, 2U, 3U}) {
    facts.groups[0].runs.assign(failures, JobState::Failed);
    EXPECT_EQ(cause(facts), StatusCause::Runs);
  }
}

TEST(StatusCause, a_run_that_could_not_read_all) {
  auto facts = well();
  facts.groups[0].runs = {JobState::Partial};
  EXPECT_EQ(cause(facts), StatusCause::Partial);
}

TEST(StatusCause, disks_that_are_full_or_will_be) {
  auto facts = well();
  facts.figures->disk_percent = 90;
  EXPECT_EQ(cause(facts), StatusCause::Disk);
  facts.figures->disk_mount = "/srv";
  EXPECT_EQ(cause(facts), StatusCause::Disk);
  facts.figures->disk_percent = 40;
  facts.full_at = kCaused + 48h;
  EXPECT_EQ(cause(facts), StatusCause::Disk);
}

TEST(StatusCause, hosts_without_any_backup) {
  auto facts = well();
  facts.groups.clear();
  EXPECT_EQ(cause(facts), StatusCause::Unprotected);
  facts = well();
  facts.groups[0].last_good_at.reset();
  EXPECT_EQ(cause(facts), StatusCause::Unprotected);
  facts.groups.clear();
  facts.enrolled = false;
  facts.figures->snapshots = 0;
  EXPECT_EQ(cause(facts), StatusCause::Unprotected);
}

TEST(StatusCause, source_groups_that_were_left_out) {
  auto facts = well();
  facts.groups.push_back({"db", {}, {}});
  EXPECT_EQ(cause(facts), StatusCause::SourceGroup);
}

TEST(StatusCause, agents_that_cannot_sign_in) {
  auto facts = well();
  facts.has_token = false;
  EXPECT_EQ(cause(facts), StatusCause::Token);
}

TEST(StatusCause, a_backup_that_is_too_small) {
  auto facts = well();
  facts.groups[0].last_verdict = BackupVerdict::Empty;
  EXPECT_EQ(cause(facts), StatusCause::Suspicious);
}

TEST(StatusCause, is_that_of_what_is_named_first) {
  auto facts = well();
  facts.groups[0].runs = {JobState::Failed};
  facts.groups[0].last_good_at.reset();
  EXPECT_EQ(cause(facts), StatusCause::Unprotected);
  facts.groups[0].last_good_at = kCaused - 30h;
  EXPECT_EQ(cause(facts), StatusCause::BackupAge);
}

TEST(StatusCauseText, is_read_back) {
  for (auto cause = StatusCause::None; cause <= StatusCause::Token; cause = StatusCause(int(cause) + 1))
    EXPECT_EQ(parse_status_cause(to_text(cause)), cause);
  EXPECT_EQ(parse_status_cause("disc"), std::nullopt);
}

}  // namespace
}  // namespace holdfast::core
