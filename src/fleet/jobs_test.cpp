#include "fleet/jobs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "world.hpp"

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
  result.summary.emplace().snapshot_id = std::string(64, 'a');
  return result;
}

struct JobsTest : testing::Test {
  store::Job start(const core::HostId& host) { return world.run(world.jobs.start(host, {}, world.admin)).value(); }
  core::Result<JobAck> record(const core::HostId& host, Jobs::JobMessage message) {
    return world.run(world.jobs.record(host, std::move(message)));
  }
  store::Job find(const core::JobId& id) { return world.run(world.jobs.find(id)).value(); }
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
  world.agents.connected(host, link);
  const auto job = start(host);
  const auto commands = link.all<CommandRun>();
  ASSERT_EQ(commands.size(), 1u);
  EXPECT_EQ(commands[0].job, job.id);
  EXPECT_EQ(commands[0].access.password, "repository-secret");
  EXPECT_THAT(commands[0].sources.paths, ElementsAre("/srv"));
  world.agents.disconnected(host, link);
}

TEST_F(JobsTest, AJobForAHostThatIsAwayWaitsAndSaysSo) {
  const auto host = world.ready_host();
  const auto job = start(host);
  EXPECT_EQ(job.state, JobState::Queued);
  EXPECT_FALSE(job.waiting_reason.empty());
  const auto reconciled = world.run(world.jobs.reconcile(host, {}));
  EXPECT_THAT(reconciled.to_send, ElementsAre(job.id));
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
  EXPECT_EQ(record(host, protocol::LogStream{id, {line(2)}}).error().code, "sequence_gap");
  EXPECT_EQ(find(id).last_sequence, 0u);
  EXPECT_TRUE(stored_lines(id).empty());
}

TEST_F(JobsTest, AJobOfAnotherHostIsUnknown) {
  const auto host = world.ready_host("one");
  const auto other = world.ready_host("two");
  const auto id = start(host).id;
  EXPECT_EQ(record(other, protocol::JobStarted{id, 1, {}}).error().code, "no_such_job");
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
