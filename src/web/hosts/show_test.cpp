#include "hosts/show.hpp"

#include <gtest/gtest.h>

#include "text/time.hpp"

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;

const core::Time kVisited = *text::parse_time("2026-11-20T09:42:18Z");

// Of a host without an agent whose report says this of its last backup.
views::HostHead head_of(std::string last_status) {
  fleet::HostDetail detail;
  auto& report = detail.overview.report.emplace();
  report.at = kVisited;
  report.figures.backup_status = std::move(last_status);
  return show_head(detail, {kVisited, {}});
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
    EXPECT_EQ(head.last_run, kVisited);
  }
}

TEST(ShowHost, SaysNothingOfBackupsThatNoReportTellsOf) {
  EXPECT_EQ(head_of("").last_run, std::nullopt);
}

fleet::HostDetail troubled(core::Finding finding) {
  fleet::HostDetail detail;
  detail.overview.host.enrolled = true;
  detail.overview.status.state = core::HostState::Warning;
  detail.overview.status.findings = {std::move(finding)};
  detail.overview.report.emplace().clock_behind = 5h;
  detail.overview.refusal = core::Refusal{.at = kVisited, .why = "It is no JSON."};
  return detail;
}

TEST(ShowHost, SaysInTheCalloutWhatABackupNeedsFirst) {
  const auto head = show_head(troubled(core::finding::Unprotected()), {kVisited, {}});
  EXPECT_TRUE(head.cause.contains("source group")) << head.cause;
  EXPECT_EQ(head.hint, "");
  EXPECT_TRUE(head.failed_job.empty());
  const auto other = show_head(troubled(core::finding::DiskFull()), {kVisited, {}});
  EXPECT_EQ(other.cause, "");
  EXPECT_TRUE(other.hint.contains("source group")) << other.hint;
}

TEST(ShowHost, KnowsWhetherASilentHostHasAToken) {
  auto detail = troubled(core::finding::Silence());
  detail.overview.has_bearer = true;
  EXPECT_TRUE(show_head(detail, {kVisited, {}}).silent);
  EXPECT_FALSE(show_head(detail, {kVisited, {}}).revoked);
  detail.overview.has_bearer = false;
  EXPECT_TRUE(show_head(detail, {kVisited, {}}).revoked);
  detail.overview.awaits_proof = true;
  EXPECT_FALSE(show_head(detail, {kVisited, {}}).revoked) << "its agent has not fetched it yet";
  EXPECT_FALSE(show_head(troubled(core::finding::DiskFull()), {kVisited, {}}).silent);
}

TEST(ShowHost, AsksForNoSourceGroupWhereNoBackupIsNeeded) {
  auto detail = troubled(core::finding::DiskFull());
  detail.overview.host.needs_backup = false;
  const auto head = show_head(detail, {kVisited, {}});
  EXPECT_EQ(head.hint, "");
  EXPECT_EQ(head.no_recovery, "no backup needed");
}

TEST(ShowHost, CountsTheSourceGroupsWithoutABackup) {
  fleet::HostDetail detail;
  detail.overview.host.enrolled = true;
  for (const auto* id : {"01J00000000000000000000001", "01J00000000000000000000002", "01J00000000000000000000003"})
    detail.source_groups.push_back({core::SourceGroupId(id), {}, id, {}, kVisited});
  const auto head = [&] { return show_head(detail, {kVisited, {}}); };
  EXPECT_EQ(head().no_recovery, "nothing could be restored yet");
  EXPECT_FALSE(head().incomplete);
  detail.last_good[detail.source_groups[1].id] = kVisited;
  EXPECT_EQ(head().no_recovery, "2 of 3 source groups have no backup");
  EXPECT_TRUE(head().incomplete);
  detail.last_good[detail.source_groups[0].id] = kVisited;
  EXPECT_EQ(head().no_recovery, "1 of 3 source groups has no backup");
}

TEST(ShowHost, KnowsAHostByItsPings) {
  fleet::HostDetail detail;
  detail.overview.host.enrolled = false;
  detail.overview.ping = core::Ping{kVisited - 3min, core::PingKind::Failure, "exit code 3", 24h};
  const auto head = show_head(detail, {kVisited, {}});
  EXPECT_TRUE(head.pings_only);
  EXPECT_EQ(head.last_ping, kVisited - 3min);
  EXPECT_EQ(head.reporter, "failure, exit code 3; expected every 24 h");
  EXPECT_EQ(head.no_recovery, "no successful ping");
  const auto agent_of = [&] { return show_connection(detail.overview, kVisited).front().value; };
  EXPECT_EQ(agent_of(), "None: it only pings");
  detail.overview.report.emplace();
  EXPECT_FALSE(show_head(detail, {kVisited, {}}).pings_only);
  EXPECT_EQ(agent_of(), "None: it reports over the API");
}

TEST(ShowHost, SaysByWhichNameResticKnowsItInWhichRepository) {
  const core::RepositoryId first("01J00000000000000000000001");
  const core::RepositoryId second("01J00000000000000000000002");
  fleet::HostDetail detail;
  detail.overview.host.name = "web1";
  const auto facts = [&] { return show_head(detail, {kVisited, {}}).facts; };
  detail.snapshot_hosts = {{first, "web1"}};
  EXPECT_EQ(facts(), std::vector<std::string>{});
  detail.snapshot_hosts = {{first, "web1-k0jj"}};
  EXPECT_EQ(facts(), std::vector<std::string>{"web1-k0jj in restic"});
  detail.snapshot_hosts = {{first, "web1"}, {second, "web1-k0jj"}};
  for (const auto& [id, name] : {std::pair(first, "vault"), std::pair(second, "attic")}) {
    auto& repository = detail.repositories.emplace_back();
    repository.id = id;
    repository.name = name;
  }
  EXPECT_EQ(facts(), (std::vector<std::string>{"web1 in restic (vault)", "web1-k0jj in restic (attic)"}));
}

TEST(ShowHost, TellsOfAMissingTokenInOnePlace) {
  const auto head = show_head(troubled(core::finding::NoToken()), {kVisited, {}});
  EXPECT_TRUE(head.tokenless);
  EXPECT_FALSE(show_head(troubled(core::finding::DiskFull()), {kVisited, {}}).tokenless);
}

TEST(ShowHost, OffersToMakeEachRepositoryThatIsNewAndWasNotSaidToExist) {
  fleet::HostDetail detail;
  const auto add = [&](std::string_view id, bool existing) {
    auto& repository = detail.repositories.emplace_back();
    repository.id = core::RepositoryId(std::string(id));
    repository.existing = existing;
  };
  add("01J00000000000000000000001", false);
  add("01J00000000000000000000002", true);
  add("01J00000000000000000000003", false);
  auto& job = detail.jobs.emplace_back();
  job.repository = detail.repositories.back().id;
  job.state = core::JobState::Succeeded;
  const auto offered = show_head(detail, {kVisited, {}}).backup.initialise;
  ASSERT_EQ(offered.size(), 2u);
  EXPECT_TRUE(offered[0].selected);
  EXPECT_EQ(offered[1].value, "01J00000000000000000000002");
  EXPECT_FALSE(offered[1].selected);
}

TEST(ShowHost, TellsOfAClockOnce) {
  auto detail = troubled(core::finding::ClockBehind());
  const auto head = show_head(detail, {kVisited, {}});
  EXPECT_FALSE(head.clock_behind);
  EXPECT_TRUE(head.cause.contains("time synchronisation"));
  detail.overview.status.state = core::HostState::Ok;
  EXPECT_TRUE(show_head(detail, {kVisited, {}}).clock_behind);
}

TEST(ShowHost, TellsOfARefusedReportOnce) {
  EXPECT_EQ(show_head(troubled(core::finding::Silence()), {kVisited, {}}).refusal.why, "") << "the reason quotes it";
  EXPECT_EQ(show_head(troubled(core::finding::DiskFull()), {kVisited, {}}).refusal.why, "It is no JSON.");
}

}  // namespace
}  // namespace holdfast::web
