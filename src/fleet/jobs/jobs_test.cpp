#include "fleet/jobs/jobs.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "fleet_world.hpp"
#include "store/hosts/hosts.hpp"
#include "store/sqlite/database.hpp"
#include "text/time.hpp"

namespace holdfast::fleet {
namespace {

using core::JobState;
using protocol::CommandRun;
using protocol::JobAck;
using testing::ElementsAre;

core::LogLine line(std::uint64_t sequence) {
  return {sequence, {}, core::LogLevel::Info, "line " + std::to_string(sequence)};
}

core::JobResult success() {
  core::JobResult result;
  result.state = JobState::Succeeded;
  result.outcome = core::BackupOutcome{core::BackupSummary{.snapshot_id = std::string(64, 'a')}};
  return result;
}

struct JobsTest : testing::Test {
  core::Job start(const core::HostId& host) { return world.run(world.jobs.start(host, {}, world.admin)).value(); }
  core::Result<JobAck> record(const core::HostId& host, Jobs::JobMessage message) {
    auto recorded = world.run(world.jobs.record(host, {std::move(message)}));
    if (recorded.refusal) return core::fail(core::ErrorKind::Conflict, "refused", *recorded.refusal);
    return recorded.acks.front();
  }
  core::Job find(const core::JobId& id) { return world.run(world.jobs.find(id)).value(); }
  std::vector<std::uint64_t> stored_lines(const core::JobId& id) {
    std::vector<std::uint64_t> sequences;
    for (const auto& stored : world.run(world.jobs.log(id, 0, 1000))) sequences.push_back(stored.sequence);
    return sequences;
  }
  World world;
};

TEST_F(JobsTest, AConnectedAgentIsSentTheJobWithItsSecrets) {
  const auto host = world.ready_host();
  RecordingLink link;
  world.connect(host, link);
  const auto job = start(host);
  const auto commands = link.all<CommandRun>();
  ASSERT_EQ(commands.size(), 1u);
  EXPECT_EQ(commands[0].job, job.id);
  EXPECT_EQ(commands[0].access.password, "repository-secret");
  EXPECT_THAT(std::get<protocol::BackupCommand>(commands[0].operation).sources.paths, ElementsAre("/srv"));
  world.agents.closed(host, link);
}

TEST_F(JobsTest, AJobForAHostThatIsAwayWaitsAndSaysSo) {
  const auto host = world.ready_host();
  const auto job = start(host);
  EXPECT_EQ(job.state, JobState::Queued);
  EXPECT_FALSE(job.waiting_reason.empty());
  const auto reconciled = world.run(world.jobs.reconcile(host, {}));
  EXPECT_THAT(reconciled.to_send, ElementsAre(job.id));
}

// Whoever stored it: the agent would close the connection at it, and get it again after each welcome.
TEST_F(JobsTest, AStoredJobThatFitsNoMessageFailsWhenItIsToBeSent) {
  const auto host = world.ready_host();
  const auto job = start(host);
  const auto grow = [&](store::Transaction& tx) {
    auto group = store::find_source_group(tx, std::get<core::BackupOrder>(job.order).source_group).value();
    for (int i = 0; i < 900; ++i) group.sources.paths.push_back(fmt::format("/{}/{}", i, std::string(1500, 'x')));
    store::update_source_group(tx, group);
  };
  world.run(world.database.write(grow));
  RecordingLink link;
  world.connect(host, link);
  world.run(world.jobs.send(host, job.id));
  EXPECT_EQ(find(job.id).state, JobState::Failed);
  EXPECT_EQ(find(job.id).result->failure->code, "sources_too_large");
  EXPECT_TRUE(link.all<CommandRun>().empty());
  EXPECT_TRUE(world.run(world.jobs.reconcile(host, {})).to_send.empty());
  world.agents.closed(host, link);
}

TEST_F(JobsTest, TheNextCommandTellsTheAgentOfABackupThatWasAccepted) {
  const auto host = world.ready_host();
  RecordingLink link;
  world.connect(host, link);
  const auto job = start(host);
  EXPECT_TRUE(std::get<protocol::BackupCommand>(link.all<CommandRun>().back().operation).accepted.empty());
  core::JobResult result = success();
  result.state = JobState::Partial;
  std::get<core::BackupOutcome>(result.outcome).summary->files_processed = 3;
  result.failure = core::JobFailure{"sources_unreadable", "", "", ""};
  ASSERT_TRUE(record(host, protocol::JobFinished{job.id, 1, {}, result}));
  EXPECT_EQ(world.run(world.jobs.accept(job.id, world.admin)).error().code, "not_suspicious");
  const auto unmounted = start(host);
  result.failure->code = "source_not_mounted";
  ASSERT_TRUE(record(host, protocol::JobFinished{unmounted.id, 1, {}, result}));
  ASSERT_TRUE(world.run(world.jobs.accept(unmounted.id, world.admin)));
  start(host);
  EXPECT_EQ(std::get<protocol::BackupCommand>(link.all<CommandRun>().back().operation).accepted, unmounted.id);
  world.agents.closed(host, link);
}

TEST_F(JobsTest, AHostWithoutSourcesOrRepositoryCannotBeBackedUp) {
  const auto host = world.enrol("bare").host;
  EXPECT_EQ(world.run(world.jobs.start(host, {}, world.admin)).error().code, "no_source_group");
  world.run(world.hosts.add_source_group(host, "Files", {{"/srv"}, {}, {}}, world.admin)).value();
  EXPECT_EQ(world.run(world.jobs.start(host, {}, world.admin)).error().code, "no_repository");
}

TEST_F(JobsTest, TheThroughputOfARunningJobIsKeptUntilItEnds) {
  const auto host = world.ready_host();
  const auto id = start(host).id;
  const auto tell = [&](std::uint64_t sequence, std::uint64_t rate) {
    core::JobProgress progress;
    progress.bytes_per_second = rate;
    record(host, protocol::JobProgressed{id, sequence, progress}).value();
  };
  record(host, protocol::JobStarted{id, 1, world.clock.now()}).value();
  tell(2, 10);
  world.clock.advance(std::chrono::seconds(1));
  tell(3, 20);
  world.clock.advance(std::chrono::seconds(1));
  tell(2, 10);  // again, after the connection broke
  const auto samples = world.jobs.throughput(id).samples();
  ASSERT_EQ(samples.size(), 2u);
  EXPECT_EQ(samples[0].bytes_per_second, 10u);
  EXPECT_EQ(samples[1].bytes_per_second, 20u);
  record(host, protocol::JobFinished{id, 4, world.clock.now(), success()}).value();
  EXPECT_TRUE(world.jobs.throughput(id).samples().empty());
}

TEST_F(JobsTest, ARepositoryOfAnotherHostIsNotFound) {
  const auto host = world.ready_host("one");
  JobRequest request;
  request.repository = world.add_repository("not linked");
  EXPECT_EQ(world.run(world.jobs.start(host, request, world.admin)).error().code, "no_such_repository");
}

TEST_F(JobsTest, StoresEachMessageOnceHoweverOftenItComes) {
  const auto host = world.ready_host();
  const auto id = start(host).id;
  EXPECT_EQ(record(host, protocol::JobStarted{id, 1, {}}).value(), (JobAck{id, 1}));
  EXPECT_EQ(record(host, protocol::LogStream{id, {line(2), line(3)}}).value(), (JobAck{id, 3}));
  EXPECT_EQ(record(host, protocol::LogStream{id, {line(2), line(3)}}).value(), (JobAck{id, 3}));
  EXPECT_EQ(record(host, protocol::LogStream{id, {line(3), line(4)}}).value(), (JobAck{id, 4}))
      << "half of it was stored";
  EXPECT_EQ(record(host, protocol::JobStarted{id, 1, {}}).value(), (JobAck{id, 4}));
  EXPECT_THAT(stored_lines(id), ElementsAre(2, 3, 4));
}

TEST_F(JobsTest, AGapInTheSequenceIsRefusedAndChangesNothing) {
  const auto host = world.ready_host();
  const auto id = start(host).id;
  EXPECT_NE(record(host, protocol::LogStream{id, {line(2)}}).error().message.find("sequence gap"), std::string::npos);
  EXPECT_EQ(find(id).last_sequence, 0u);
  EXPECT_TRUE(stored_lines(id).empty());
}

TEST_F(JobsTest, AJobOfAnotherHostIsUnknown) {
  const auto host = world.ready_host("one");
  const auto other = world.ready_host("two");
  const auto id = start(host).id;
  EXPECT_NE(record(other, protocol::JobStarted{id, 1, {}}).error().message.find("no job"), std::string::npos);
  EXPECT_EQ(find(id).state, JobState::Queued);
}

TEST_F(JobsTest, AFinalJobStaysFinal) {
  const auto host = world.ready_host();
  const auto id = start(host).id;
  record(host, protocol::JobFinished{id, 1, {}, success()}).value();
  core::JobResult failed;
  record(host, protocol::JobFinished{id, 2, {}, failed}).value();
  EXPECT_EQ(find(id).state, JobState::Succeeded);
  EXPECT_EQ(world.run(world.jobs.cancel(id, world.admin)).error().code, "job_ended");
}

TEST_F(JobsTest, CancelIsToldToTheAgentNowAndAgainWhenItComesBack) {
  const auto host = world.ready_host();
  RecordingLink link;
  world.agents.connected(host, link);
  const auto id = start(host).id;
  world.run(world.jobs.cancel(id, world.admin)).value();
  EXPECT_EQ(link.all<protocol::CommandCancel>().size(), 1u);
  world.agents.disconnected(host, link);
  EXPECT_THAT(world.run(world.jobs.reconcile(host, {{id, 0}})).to_cancel, ElementsAre(id));
}

TEST_F(JobsTest, AJobThatTheAgentHasLostFails) {
  const auto host = world.ready_host();
  const auto id = start(host).id;
  record(host, protocol::JobStarted{id, 1, {}}).value();
  const auto reconciled = world.run(world.jobs.reconcile(host, {}));
  EXPECT_TRUE(reconciled.to_send.empty());
  EXPECT_THAT(reconciled.missing, ElementsAre(id));
  world.run(world.jobs.give_up(host, reconciled.missing));
  const auto job = find(id);
  EXPECT_EQ(job.state, JobState::Failed);
  EXPECT_EQ(job.result->failure->code, "agent_lost_job");
}

TEST_F(JobsTest, TellsTheAgentWhatIsStoredAndWhatIsUnknown) {
  const auto host = world.ready_host();
  const auto id = start(host).id;
  record(host, protocol::JobStarted{id, 1, {}}).value();
  const core::JobId unknown("01ARYZ6S410000000000000000");
  const auto reconciled = world.run(world.jobs.reconcile(host, {{id, 9}, {unknown, 3}}));
  EXPECT_THAT(reconciled.known, ElementsAre(JobAck{id, 1}));
  EXPECT_THAT(reconciled.unknown, ElementsAre(unknown));
}

TEST_F(JobsTest, AJobWhoseSecretDoesNotOpenFailsWithAReason) {
  const auto host = world.ready_host();
  const runtime::SecretBox other(std::string(32, 'x'));
  Jobs jobs(world.database, world.clock, other, world.agents, world.live, world.watch);
  const auto id = world.run(jobs.start(host, {}, world.admin)).value().id;
  EXPECT_EQ(find(id).result->failure->code, "secret_unreadable");
}

// --- what the hub says in an agent's place ---

TEST_F(JobsTest, AQueuedJobOfAHostThatIsAwayIsCancelledAtOnce) {
  const auto host = world.ready_host();
  const auto id = start(host).id;
  EXPECT_EQ(world.run(world.jobs.cancel(id, world.admin)).value().state, JobState::Cancelled);
  EXPECT_EQ(find(id).result->failure->code, "cancelled_at_hub");
  EXPECT_THAT(world.run(world.jobs.reconcile(host, {{id, 0}})).to_cancel, ElementsAre(id))
      << "the agent may have the command, unsaid";
  EXPECT_TRUE(world.run(world.jobs.reconcile(host, {})).to_send.empty());
}

TEST_F(JobsTest, ARunningJobOfAHostThatIsAwayIsCancelledByItsAgentUnlessThatCannotComeBack) {
  const auto host = world.ready_host();
  const auto id = start(host).id;
  record(host, protocol::JobStarted{id, 1, {}}).value();
  EXPECT_EQ(world.run(world.jobs.cancel(id, world.admin)).value().state, JobState::Running);
  world.run(world.enrolment.revoke(host, world.admin)).value();
  EXPECT_EQ(world.run(world.jobs.cancel(id, world.admin)).value().state, JobState::Cancelled);
}

TEST_F(JobsTest, TheAgentsWordReplacesTheHubs) {
  const auto host = world.ready_host();
  const auto id = start(host).id;
  record(host, protocol::JobStarted{id, 1, {}}).value();
  world.run(world.jobs.give_up(host, {id}));
  ASSERT_EQ(find(id).state, JobState::Failed);
  record(host, protocol::LogStream{id, {line(2)}}).value();
  record(host, protocol::JobFinished{id, 3, world.clock.now(), success()}).value();
  EXPECT_EQ(find(id).state, JobState::Succeeded);
  EXPECT_EQ(summary_of(*find(id).result)->snapshot_id, std::string(64, 'a'));
  EXPECT_THAT(stored_lines(id), ElementsAre(2));
}

TEST_F(JobsTest, AJobThatHasEndedTakesNoMoreLines) {
  const auto host = world.ready_host();
  const auto id = start(host).id;
  record(host, protocol::JobFinished{id, 1, {}, success()}).value();
  EXPECT_EQ(record(host, protocol::LogStream{id, {line(2), line(3)}}).value(), (JobAck{id, 3}))
      << "it is not sent again";
  EXPECT_TRUE(stored_lines(id).empty());
}

TEST_F(JobsTest, TheLogOfOneJobIsLimited) {
  const auto host = world.ready_host();
  Jobs jobs(world.database, world.clock, world.secrets, world.agents, world.live, world.watch, {1000, 9000});
  const auto id = start(host).id;
  std::uint64_t sequence = 0;
  for (int message = 0; message < 50; ++message) {
    protocol::LogStream stream{id, {}};
    for (int i = 0; i < 100; ++i) stream.lines.push_back(line(++sequence));
    world.run(jobs.record(host, {std::move(stream)}));
  }
  const auto lines = world.run(jobs.log(id, 0, 10'000));
  EXPECT_LT(lines.size(), 500u);
  EXPECT_EQ(lines.front().sequence, 1u);
  EXPECT_EQ(lines.back().sequence, sequence);
}

// --- times ---

TEST_F(JobsTest, NoTimeOfAnAgentIsAfterNowOrBeforeItsJob) {
  const auto host = world.ready_host();
  const auto created = world.clock.now();
  const auto id = start(host).id;
  world.clock.advance(std::chrono::minutes(10));
  const auto now = world.clock.now();
  const core::Time end_of_time = text::parse_time("9999-12-31T23:59:59Z").value();
  record(host, protocol::JobStarted{id, 1, {}}).value();
  record(host,
         protocol::LogStream{id, {{2, end_of_time, core::LogLevel::Info, "x"}, {3, {}, core::LogLevel::Info, "y"}}})
      .value();
  core::JobProgress progress;
  progress.at = end_of_time;
  record(host, protocol::JobProgressed{id, 4, progress}).value();
  record(host, protocol::JobFinished{id, 5, end_of_time, success()}).value();
  const auto job = find(id);
  EXPECT_EQ(job.started_at, created);
  EXPECT_EQ(job.progress->at, now);
  EXPECT_EQ(job.finished_at, now);
  const auto lines = world.run(world.jobs.log(id, 0, 10));
  EXPECT_EQ(lines[0].time, now);
  EXPECT_EQ(lines[1].time, created);
}

TEST_F(JobsTest, AHubWhoseClockWasSetBackStoresNothingAfterItsNow) {
  const auto host = world.ready_host();
  const auto id = start(host).id;
  world.clock.jump(-std::chrono::hours(24));
  record(host, protocol::JobStarted{id, 1, world.clock.now() + std::chrono::hours(24)}).value();
  EXPECT_EQ(find(id).started_at, world.clock.now());
}

TEST_F(JobsTest, WhatArrivedTogetherIsStoredByOneTransactionAndAcknowledgedOnce) {
  const auto host = world.ready_host();
  const auto id = start(host).id;
  const auto before = world.database.stats().transactions;
  const auto recorded =
      world.run(world.jobs.record(host, {protocol::JobStarted{id, 1, {}}, protocol::LogStream{id, {line(2), line(3)}},
                                         protocol::JobFinished{id, 4, {}, success()}}));
  EXPECT_EQ(world.database.stats().transactions, before + 1);
  EXPECT_THAT(recorded.acks, ElementsAre(JobAck{id, 4}));
  EXPECT_EQ(find(id).state, JobState::Succeeded);
}

TEST_F(JobsTest, WhatCameBeforeARefusedMessageIsStoredAndAcknowledged) {
  const auto host = world.ready_host();
  const auto id = start(host).id;
  const auto recorded = world.run(world.jobs.record(
      host, {protocol::JobStarted{id, 1, {}}, protocol::LogStream{id, {line(5)}}, protocol::LogStream{id, {line(2)}}}));
  EXPECT_THAT(recorded.acks, ElementsAre(JobAck{id, 1}));
  EXPECT_TRUE(recorded.refusal);
  EXPECT_TRUE(stored_lines(id).empty());
}

// --- passwords go to nobody whose bearer has ended ---

TEST_F(JobsTest, AnAgentWhoseBearerHasEndedIsNotSentAJob) {
  const auto host = world.ready_host();
  RecordingLink link;
  world.connect(host, link);
  const auto end = [&](store::Transaction& tx) { store::remove_credentials(tx, host); };
  world.run(world.database.write(end));
  start(host);
  EXPECT_TRUE(link.all<CommandRun>().empty());
  world.agents.closed(host, link);
}

TEST_F(JobsTest, AnAgentWhoseBearerIsReplacedHearsNothingMoreWhenItsTimeIsOver) {
  const auto host = world.ready_host();
  RecordingLink link;
  world.connect(host, link);
  world.run(world.enrolment.rotate(world.bearers[host])).value();
  start(host);
  EXPECT_EQ(link.all<CommandRun>().size(), 1u) << "it may still lack the new one";
  world.clock.advance(kRotationOverlap);
  start(host);
  EXPECT_EQ(link.all<CommandRun>().size(), 1u);
  world.agents.end_expired();
  EXPECT_EQ(link.closed, protocol::CloseCode::Revoked);
  world.agents.closed(host, link);
}

// Whatever is sent again and in whatever pieces, the log is every line once and in order.
TEST_F(JobsTest, AnyResendingGivesEveryLineOnce) {
  const auto host = world.ready_host();
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937 random(seed);
    const auto between = [&](std::uint64_t low, std::uint64_t high) {
      return std::uniform_int_distribution(low, high)(random);
    };
    const auto id = start(host).id;
    const std::uint64_t total = between(1, 12);
    std::uint64_t acked = 0;
    while (acked < total) {
      const auto from = between(1, acked + 1);
      const auto to = between(from, total);
      protocol::LogStream message{id, {}};
      for (auto sequence = from; sequence <= to; ++sequence) message.lines.push_back(line(sequence));
      acked = std::max(acked, to);
      ASSERT_EQ(record(host, message).value().sequence, acked) << "seed " << seed;
    }
    std::vector<std::uint64_t> expected(total);
    std::iota(expected.begin(), expected.end(), 1);
    EXPECT_EQ(stored_lines(id), expected) << "seed " << seed;
  }
}

}  // namespace
}  // namespace holdfast::fleet
