#include "pages/show_host.hpp"

#include <gtest/gtest.h>

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;

const core::Time kNow = *core::parse_time("2026-11-20T09:42:18Z");

// Of a host without an agent whose report says this of its last backup.
views::HostHead head_of(std::string last_status) {
  fleet::HostDetail detail;
  auto& report = detail.overview.report.emplace();
  report.at = kNow;
  report.figures.backup_status = std::move(last_status);
  return show_head(detail, {kNow, {}});
}

TEST(ShowHost, TellsHowTheLastBackupEndedByTheWordOfTheReport) {
  EXPECT_EQ(head_of("success").last_run_status, views::JobStatus::Done);
  EXPECT_EQ(head_of("partial").last_run_status, views::JobStatus::Partial);
  EXPECT_EQ(head_of("FAILED").last_run_status, views::JobStatus::Failed);
  EXPECT_EQ(head_of("running").last_run_status, views::JobStatus::Running);
}

TEST(ShowHost, TakesAWordThatNobodyKnowsForNoneOfThem) {
  for (const auto* const word : {"great", "cancelled by the moon", "0", "✓"}) {
    const auto head = head_of(word);
    EXPECT_EQ(head.last_run_status, views::JobStatus::Unknown) << word;
    EXPECT_TRUE(head.last_run_text.contains(word)) << head.last_run_text;
    EXPECT_EQ(head.last_run, kNow);
  }
}

TEST(ShowHost, SaysNothingOfBackupsThatNoReportTellsOf) {
  EXPECT_EQ(head_of("").last_run, std::nullopt);
}

fleet::HostDetail troubled(core::StatusCause cause) {
  fleet::HostDetail detail;
  detail.overview.host.enrolled = true;
  detail.overview.status.state = core::HostState::Warning;
  detail.overview.status.cause = cause;
  detail.overview.report.emplace().clock_behind = 5h;
  detail.overview.refusal = store::Refusal{.at = kNow, .why = "It is no JSON."};
  return detail;
}

TEST(ShowHost, SaysInTheCalloutWhatABackupNeedsFirst) {
  const auto head = show_head(troubled(core::StatusCause::Unprotected), {kNow, {}});
  EXPECT_TRUE(head.cause.contains("source group")) << head.cause;
  EXPECT_EQ(head.hint, "");
  EXPECT_TRUE(head.failed_job.empty());
  const auto other = show_head(troubled(core::StatusCause::Disk), {kNow, {}});
  EXPECT_EQ(other.cause, "");
  EXPECT_TRUE(other.hint.contains("source group")) << other.hint;
}

TEST(ShowHost, KnowsWhetherASilentHostHasAToken) {
  auto detail = troubled(core::StatusCause::Silence);
  detail.overview.has_bearer = true;
  EXPECT_TRUE(show_head(detail, {kNow, {}}).silent);
  EXPECT_FALSE(show_head(detail, {kNow, {}}).revoked);
  detail.overview.has_bearer = false;
  EXPECT_TRUE(show_head(detail, {kNow, {}}).revoked);
  detail.overview.awaits_proof = true;
  EXPECT_FALSE(show_head(detail, {kNow, {}}).revoked) << "its agent has not fetched it yet";
  EXPECT_FALSE(show_head(troubled(core::StatusCause::Disk), {kNow, {}}).silent);
}

TEST(ShowHost, TellsOfAClockOnce) {
  auto detail = troubled(core::StatusCause::Health);
  const auto head = show_head(detail, {kNow, {}});
  EXPECT_FALSE(head.clock_behind);
  EXPECT_TRUE(head.cause.contains("time synchronisation"));
  detail.overview.status.state = core::HostState::Ok;
  EXPECT_TRUE(show_head(detail, {kNow, {}}).clock_behind);
}

TEST(ShowHost, TellsOfARefusedReportOnce) {
  EXPECT_EQ(show_head(troubled(core::StatusCause::Silence), {kNow, {}}).refusal.why, "") << "the reason quotes it";
  EXPECT_EQ(show_head(troubled(core::StatusCause::Disk), {kNow, {}}).refusal.why, "It is no JSON.");
}

}  // namespace
}  // namespace holdfast::web
