#include <gtest/gtest.h>

#include "kit/render/filters.hpp"
#include "kit/show.hpp"

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;
using views::JobStatus;

constexpr core::Time kWatched = core::Time(1'790'000'000s);

core::Job running_job() {
  core::Job job;
  job.id = core::JobId("01J00000000000000000000001");
  job.state = core::JobState::Running;
  job.created_at = kWatched - 70s;
  job.started_at = kWatched - 60s;
  job.progress.emplace().at = kWatched;
  job.progress->bytes_total = 100;
  job.progress->files_total = 2;
  return job;
}

core::Job job_that_has_read_everything() {
  core::Job job = running_job();
  job.progress->fraction = 1;
  job.progress->bytes_done = 100;
  job.progress->files_done = 2;
  return job;
}

fleet::HostOverview connected_host() {
  fleet::HostOverview host;
  host.presence.emplace();
  return host;
}

fleet::Throughput two_samples() {
  fleet::Throughput throughput;
  throughput.add(kWatched - 30s, 10);
  throughput.add(kWatched - 10s, 20);
  return throughput;
}

const views::BackupJob& backup_of(const views::JobView& view) {
  return std::get<views::BackupJob>(view.operation);
}

TEST(ShowJob, IsFinishingOnceEverythingIsRead) {
  EXPECT_EQ(show_job_status(running_job(), true), JobStatus::Running);
  auto job = job_that_has_read_everything();
  EXPECT_EQ(show_job_status(job, true), JobStatus::Finishing);
  EXPECT_EQ(show_job_row(job, true, kWatched).status, JobStatus::Finishing);
  job.progress->current_files = {"/srv/large"};
  EXPECT_EQ(show_job_status(job, true), JobStatus::Running);
  job.progress.reset();
  EXPECT_EQ(show_job_status(job, true), JobStatus::Running);
}

core::Job job_that_took(core::JobState state, std::chrono::seconds time, std::uint64_t bytes_added) {
  core::Job job = running_job();
  job.state = state;
  job.finished_at = *job.started_at + time;
  job.result.emplace().outcome = core::BackupOutcome{core::BackupSummary{.bytes_added = bytes_added}};
  return job;
}

TEST(ShowUsual, TellsWhatRunsThatSucceededTookAndAdded) {
  const auto facts =
      show_usual({job_that_took(core::JobState::Succeeded, 20min, 1024), job_that_took(core::JobState::Failed, 9h, 1),
                  job_that_took(core::JobState::Succeeded, 18min, 4096), running_job()});
  ASSERT_EQ(facts.size(), 2u);
  EXPECT_EQ(facts[0].label, "Usual time");
  EXPECT_EQ(facts[0].value, filters::duration(18min) + " to " + filters::duration(20min));
  EXPECT_EQ(facts[1].value, filters::bytes(1024) + " to " + filters::bytes(4096));
}

TEST(ShowUsual, SaysNothingOfASingleRun) {
  EXPECT_TRUE(show_usual({job_that_took(core::JobState::Succeeded, 20min, 1024)}).empty());
}

TEST(ShowJob, IsNotFinishingWhileTheTotalIsUnknown) {
  auto job = running_job();
  job.progress->bytes_total = 0;
  job.progress->files_total = 0;
  EXPECT_EQ(show_job_status(job, true), JobStatus::Running);
}

TEST(ShowJob, TellsThatItIsCancelledOrLostBeforeThatItFinishes) {
  auto job = job_that_has_read_everything();
  EXPECT_EQ(show_job_status(job, false), JobStatus::Lost);
  job.cancel_requested_at = kWatched;
  EXPECT_EQ(show_job_status(job, true), JobStatus::Cancelling);
}

TEST(ShowJob, SaysWhenAFinishingJobHasFallenQuiet) {
  auto job = job_that_has_read_everything();
  EXPECT_FALSE(show_job(job, connected_host(), {}, kWatched).quiet_since);
  EXPECT_EQ(show_job(job, connected_host(), {}, kWatched + 2min).quiet_since, kWatched);
}

TEST(ShowJob, HasTheThroughputFromItsStartToNow) {
  const auto view = show_job(running_job(), connected_host(), two_samples(), kWatched);
  EXPECT_TRUE(view.has_chart());
  EXPECT_EQ(view.throughput.from, kWatched - 60s);
  EXPECT_EQ(view.throughput.to, kWatched);
  EXPECT_EQ(view.throughput.samples.back().bytes_per_second, 20u);
}

TEST(ShowJob, HasNoThroughputOnceItHasEnded) {
  auto job = running_job();
  job.state = core::JobState::Failed;
  EXPECT_FALSE(show_job(job, connected_host(), two_samples(), kWatched).has_chart());
}

TEST(ShowJob, OfALostAgentWasHeardOfWhateverItSaidLast) {
  auto job = running_job();
  fleet::HostOverview away;
  away.host.last_seen_at = kWatched - 90s;
  job.progress->at = kWatched - 5s;
  EXPECT_EQ(show_job(job, away, {}, kWatched).agent_lost_at, kWatched - 5s);
  job.progress.reset();
  EXPECT_EQ(show_job(job, away, {}, kWatched).agent_lost_at, job.started_at);
  away.host.last_seen_at = kWatched - 1s;
  EXPECT_EQ(show_job(job, away, {}, kWatched).agent_lost_at, kWatched - 1s);
}

core::Job job_that_failed(std::string code) {
  core::Job job = running_job();
  job.state = core::JobState::Failed;
  job.source_group_name = "web1";
  job.result.emplace().failure = core::JobFailure{std::move(code), "It did not work.", "", ""};
  return job;
}

TEST(ShowJob, IsCalledByItsOperationAndHost) {
  auto job = running_job();
  job.host_name = "app-01";
  EXPECT_EQ(job_title(job), "Backup app-01");
  EXPECT_EQ(show_job_row(job, true, kWatched).title, "Backup app-01");
  EXPECT_EQ(show_job(job, connected_host(), {}, kWatched).title, "Backup app-01");
  job.host_name.clear();
  EXPECT_EQ(job_title(job), "Backup of a deleted host");
}

core::Job queued_job(std::string id) {
  core::Job job;
  job.id = core::JobId(std::move(id));
  job.host_name = "app-01";
  return job;
}

TEST(ShowJob, NamesTheRunningJobOfTheSameHostAndRepositoryThatAQueuedOneWaitsFor) {
  auto running = running_job();
  running.host_name = "app-01";
  const auto queued = queued_job("01J00000000000000000000002");
  const auto waits = show_waits_for(queued, {queued, running});
  ASSERT_TRUE(waits);
  EXPECT_EQ(waits->what, "the backup of app-01");
  EXPECT_EQ(waits->link.text(), "/jobs/01J00000000000000000000001");
  EXPECT_EQ(waits->since, running.started_at);
}

TEST(ShowJob, WaitsForNoJobOfAnotherHostOrRepositoryAndNotForOneThatIsQueuedItself) {
  const auto queued = queued_job("01J00000000000000000000002");
  auto elsewhere = running_job();
  elsewhere.repository = core::RepositoryId("01J00000000000000000000003");
  auto other_host = running_job();
  other_host.host = core::HostId("01J00000000000000000000004");
  EXPECT_FALSE(show_waits_for(queued, {queued_job("01J00000000000000000000001"), elsewhere, other_host}));
  EXPECT_FALSE(show_waits_for(running_job(), {running_job()})) << "it runs";
}

TEST(ShowJob, OffersToInitialiseARepositoryThatIsMissing) {
  const auto may = [](std::string code, std::optional<fleet::HostOverview> host) {
    return backup_of(show_job(job_that_failed(std::move(code)), host, {}, kWatched)).can_initialise;
  };
  EXPECT_TRUE(may("repository_missing", connected_host()));
  EXPECT_FALSE(may("repository_missing", std::nullopt)) << "no host to do it from";
  EXPECT_FALSE(may("wrong_password", connected_host()));
}

TEST(ShowJob, HasTheSummaryOfASnapshotThatWasMade) {
  const auto job = job_that_took(core::JobState::Succeeded, 20min, 1024);
  const auto view = show_job(job, connected_host(), {}, kWatched);
  EXPECT_TRUE(view.has_summary());
  EXPECT_EQ(backup_of(view).summary->bytes_added, 1024u);
  EXPECT_EQ(std::get<views::BackupJobRow>(show_job_row(job, true, kWatched).operation).bytes_added, 1024u);
  EXPECT_FALSE(show_job(job_that_failed("gone"), connected_host(), {}, kWatched).has_summary());
}

TEST(ShowJob, NamesTheSourceGroupBesideWhyItFailed) {
  EXPECT_EQ(show_job_row(running_job(), true, kWatched).detail, "");
  EXPECT_EQ(show_job_row(job_that_failed("gone"), true, kWatched).detail, "web1: It did not work.");
}

TEST(ShowJob, LeadsToWhereTheCauseOfItsFailureIsChanged) {
  const auto remedy = [](std::string code) {
    auto job = job_that_failed(std::move(code));
    job.host = core::HostId("01J00000000000000000000002");
    job.repository = core::RepositoryId("01J00000000000000000000003");
    return show_job(job, connected_host(), {}, kWatched).remedy.link.text();
  };
  EXPECT_EQ(remedy("wrong_password"), "/repositories/01J00000000000000000000003");
  EXPECT_EQ(remedy("server_login"), "/repositories/01J00000000000000000000003");
  EXPECT_EQ(remedy("source_missing"), "/hosts/01J00000000000000000000002/backups");
  EXPECT_EQ(remedy("restic_missing"), "");
  EXPECT_EQ(show_job(job_that_failed("source_missing"), std::nullopt, {}, kWatched).remedy.link.text(), "")
      << "no host";
}

TEST(ShowJob, SaysOfASnapshotThatIsNoGoodBackupWhyAndOffersToAcceptIt) {
  auto job = running_job();
  job.state = core::JobState::Succeeded;
  job.verdict = core::BackupVerdict::Good;
  EXPECT_EQ(show_job_status(job, true), JobStatus::Done);
  EXPECT_EQ(backup_of(show_job(job, std::nullopt, {}, kWatched)).suspicion, "");
  job.verdict = core::BackupVerdict::Empty;
  EXPECT_EQ(show_job_status(job, true), JobStatus::Partial) << "never plain green";
  EXPECT_TRUE(backup_of(show_job(job, std::nullopt, {}, kWatched)).accept.empty());
  EXPECT_NE(backup_of(show_job(job, std::nullopt, {}, kWatched)).suspicion, "");
  job.verdict = core::BackupVerdict::Shrunken;
  EXPECT_EQ(backup_of(show_job(job, std::nullopt, {}, kWatched)).accept.text(),
            "/jobs/01J00000000000000000000001/accept");
  job.state = core::JobState::Partial;
  job.verdict = core::BackupVerdict::Incomplete;
  job.result.emplace().failure = core::JobFailure{"sources_unreadable", "", "", ""};
  EXPECT_TRUE(backup_of(show_job(job, std::nullopt, {}, kWatched)).accept.empty());
  job.result->failure->code = "source_not_mounted";
  EXPECT_EQ(backup_of(show_job(job, std::nullopt, {}, kWatched)).accept.text(),
            "/jobs/01J00000000000000000000001/accept");
}

}  // namespace
}  // namespace holdfast::web
