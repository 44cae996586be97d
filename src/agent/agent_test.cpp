#include <latch>

#include "agent_fixture.hpp"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
using core::JobState;
using test::job_id;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

TEST_F(AgentTest, SaysWhoItIs) {
  start();
  run([this]() -> runtime::Task<> {
    co_await hub_.until([this] { return hub_.hello.has_value(); });
    EXPECT_EQ(hub_.hello->version, protocol::kVersion);
    EXPECT_FALSE(hub_.hello->hostname.empty());
    EXPECT_FALSE(hub_.hello->os.empty());
    EXPECT_THAT(hub_.hello->restic_version, testing::StartsWith("0."));
  });
}

TEST_F(AgentTest, SendsHeartbeats) {
  options_.connection.heartbeat = 1ms;
  start();
  run([this]() -> runtime::Task<> { co_await hub_.until([this] { return hub_.heartbeats >= 3; }); });
}

TEST_F(AgentTest, DialsAgainWhenTheHubFallsSilent) {
  options_.connection.silence = 1s;
  options_.connection.heartbeat = 1h;
  start();
  run([this]() -> runtime::Task<> { co_await hub_.until([this] { return hub_.connections >= 2; }); });
}

TEST_F(AgentTest, DialsAgainUntilTheHubIsThere) {
  hub_.accepts_connections = false;
  start();
  run([this]() -> runtime::Task<> {
    co_await hub_.until([this] { return hub_.refused >= 3; });
    hub_.accepts_connections = true;
    co_await hub_.until([this] { return hub_.hello.has_value(); });
  });
}

TEST_F(AgentTest, KeepsTryingAfterItsBearerWasRevoked) {
  hub_.bearer = "another bearer";
  start();
  run([this]() -> runtime::Task<> {
    co_await hub_.until([this] { return hub_.refused >= 2; });
    hub_.bearer = "first bearer";
    co_await hub_.until([this] { return hub_.hello.has_value(); });
  });
}

TEST_F(AgentTest, KeepsTryingWhileItIsTooOld) {
  hub_.max_version = protocol::kVersion - 1;
  start();
  run([this]() -> runtime::Task<> {
    co_await hub_.until([this] { return hub_.connections >= 3; });
    hub_.max_version = protocol::kVersion;
    co_await hub_.until([this] { return hub_.hello.has_value(); });
  });
}

TEST_F(AgentTest, UsesARotatedBearerFromThenOn) {
  start();
  run([this]() -> runtime::Task<> {
    co_await hub_.until([this] { return hub_.hello.has_value(); });
    hub_.send(protocol::CredentialsRotate{});
    co_await hub_.until([this] { return hub_.connections >= 2 && hub_.hello.has_value(); });
    EXPECT_EQ(hub_.bearer, "second bearer");
    EXPECT_EQ(load_identity(folder_ / "state")->bearer, "second bearer");
  });
}

TEST_F(AgentTest, LeavesAHubThatDoesNotKeepToTheProtocol) {
  start();
  run([this]() -> runtime::Task<> {
    co_await hub_.until([this] { return hub_.hello.has_value(); });
    const protocol::HubMessage no_command = protocol::CommandRun{};
    hub_.send(no_command);
    co_await hub_.until([this] { return hub_.connections >= 2; });
  });
}

TEST_F(AgentTest, BacksUpWithResticAndForgetsTheJob) {
  start();
  run([this]() -> runtime::Task<> {
    co_await hub_.until([this] { return hub_.hello.has_value(); });
    hub_.run(command(1));
    co_await hub_.until_finished(job_id(1));
    const auto& job = hub_.job(job_id(1));
    EXPECT_EQ(job.result->state, JobState::Succeeded) << (job.result->failure ? job.result->failure->message : "");
    EXPECT_EQ(job.starts, 1);
    EXPECT_FALSE(job.lines.empty());
    co_await until_ledger_is_empty();
  });
}

TEST_F(AgentTest, TellsAnOldHubOfAResultAsThatReadsIt) {
  run([this]() -> runtime::Task<> {
    for (const int version : {1, 2}) {
      hub_.version = version;
      if (agent_) co_await stop();
      start();
      co_await hub_.until([this, version] { return hub_.connections == version && hub_.hello.has_value(); });
      hub_.run(command(version));
      co_await hub_.until_finished(job_id(version));
      EXPECT_EQ(hub_.last_result.contains(R"("backup":{"summary":)"), version == 2) << hub_.last_result;
      EXPECT_TRUE(hub_.last_result.contains(R"("summary":{"snapshot_id":)")) << hub_.last_result;
      co_await until_ledger_is_empty();
    }
  });
}

TEST_F(AgentTest, LosesAndDoublesNothingWhenTheConnectionBreaksAfterEachMessage) {
  hub_.drop_after = 1;
  start();
  run([this]() -> runtime::Task<> {
    co_await hub_.until([this] { return hub_.hello.has_value(); });
    hub_.run(command(1));
    co_await hub_.until_finished(job_id(1));
    EXPECT_EQ(hub_.job(job_id(1)).result->state, JobState::Succeeded);
    EXPECT_EQ(hub_.job(job_id(1)).starts, 1);
    EXPECT_GE(hub_.connections, 3);
    co_await until_ledger_is_empty();
  });
}

TEST_F(AgentTest, SendsEverythingAgainThatWasNotAcknowledged) {
  hub_.acknowledges = false;
  start();
  run([this]() -> runtime::Task<> {
    co_await hub_.until([this] { return hub_.hello.has_value(); });
    hub_.run(command(1));
    co_await hub_.until_finished(job_id(1));
    EXPECT_FALSE(ledger_is_empty());
    hub_.hang_up(1001, "going away");
    co_await until_ledger_is_empty();
  });
}

TEST_F(AgentTest, FinishesWithoutTheHubAndHandsInLater) {
  use_scripted_restic();
  start();
  run([this]() -> runtime::Task<> {
    co_await hub_.until([this] { return hub_.hello.has_value(); });
    hub_.run(command(1));
    co_await hub_.until([this] { return hub_.job(job_id(1)).running(); });
    hub_.accepts_connections = false;
    hub_.hang_up(1001, "going away");
    co_await hub_.until([this] { return hub_.refused > 0; });
    release();
    while (!agent_->ledger().jobs().begin()->second->finished()) co_await runtime::sleep_for(1ms);
    EXPECT_FALSE(hub_.job(job_id(1)).result);
    hub_.accepts_connections = true;
    co_await hub_.until_finished(job_id(1));
    EXPECT_EQ(hub_.job(job_id(1)).result->state, JobState::Succeeded);
  });
}

TEST_F(AgentTest, DoesJobsOnOneRepositoryOneAfterTheOther) {
  use_scripted_restic();
  start();
  run([this]() -> runtime::Task<> {
    co_await hub_.until([this] { return hub_.hello.has_value(); });
    for (const int number : {1, 2, 3}) hub_.run(command(number));
    co_await hub_.until([this] { return hub_.job(job_id(1)).running() && !hub_.job(job_id(3)).waiting.empty(); });
    EXPECT_THAT(hub_.job(job_id(1)).waiting, IsEmpty());
    EXPECT_THAT(hub_.job(job_id(2)).waiting, ElementsAre(HasSubstr("goes first")));
    EXPECT_EQ(hub_.job(job_id(2)).starts, 0);
    release();
    for (const int number : {1, 2, 3}) co_await hub_.until_finished(job_id(number));
    EXPECT_THAT(hub_.job(job_id(3)).waiting, ElementsAre(HasSubstr("goes first")));
  });
}

TEST_F(AgentTest, DoesJobsOnDifferentRepositoriesAtOnce) {
  use_scripted_restic();
  start();
  run([this]() -> runtime::Task<> {
    co_await hub_.until([this] { return hub_.hello.has_value(); });
    auto other = command(2);
    other.repository = test::kOtherRepository;
    hub_.run(command(1));
    hub_.run(other);
    co_await hub_.until([this] { return hub_.job(job_id(1)).running() && hub_.job(job_id(2)).running(); });
    release();
    co_await hub_.until_finished(job_id(1));
    co_await hub_.until_finished(job_id(2));
  });
}

TEST_F(AgentTest, AFolderThatDoesNotAnswerHoldsUpNothingElse) {
  const auto release = std::make_shared<std::latch>(1);
  options_.connection.heartbeat = 1ms;
  options_.run.limits.sources = restic::SourceCheck([release](const std::string& path) {
    if (path.starts_with("/net")) release->wait();
    return restic::SourceLook{.state =
                                  path.starts_with("/net") ? restic::SourceState::Missing : restic::SourceState::There};
  });
  options_.run.limits.sources.limit = 1h;
  start();
  run([&]() -> runtime::Task<> {
    co_await hub_.until([this] { return hub_.hello.has_value(); });
    auto silent = command(1);
    silent.repository = test::kOtherRepository;
    std::get<protocol::BackupCommand>(silent.operation).sources.paths = {"/net/archive"};
    hub_.run(silent);
    hub_.run(command(2));
    co_await hub_.until_finished(job_id(2));
    EXPECT_EQ(hub_.job(job_id(2)).result->state, JobState::Succeeded);
    co_await hub_.until([this, before = hub_.heartbeats] { return hub_.heartbeats > before; });
    EXPECT_FALSE(hub_.job(job_id(1)).result);
    release->count_down();
    co_await hub_.until_finished(job_id(1));
    EXPECT_EQ(hub_.job(job_id(1)).result->failure->code, "source_missing");
  });
}

TEST_F(AgentTest, CancelsAJobWhoseSourceDoesNotAnswer) {
  const auto release = std::make_shared<std::latch>(1);
  options_.run.limits.sources = restic::SourceCheck([release](const std::string&) {
    release->wait();
    return restic::SourceLook{.state = restic::SourceState::There};
  });
  options_.run.limits.sources.limit = 1h;
  start();
  run([&]() -> runtime::Task<> {
    co_await hub_.until([this] { return hub_.hello.has_value(); });
    hub_.run(command(1));
    co_await hub_.until([this] { return hub_.job(job_id(1)).starts == 1; });
    hub_.send(protocol::CommandCancel{job_id(1)});
    co_await hub_.until_finished(job_id(1));
    EXPECT_EQ(hub_.job(job_id(1)).result->state, JobState::Cancelled);
  });
  release->count_down();
}

TEST_F(AgentTest, HandsInAFloodOfLinesEachOnceAndInOrder) {
  lines_ = 20'000;
  use_scripted_restic();
  release();
  hub_.drop_after = 5;
  start();
  run([this]() -> runtime::Task<> {
    co_await hub_.until([this] { return hub_.hello.has_value(); });
    hub_.run(command(1));
    co_await hub_.until_finished(job_id(1));
    int expected = 0;
    for (const auto& line : hub_.job(job_id(1)).lines) {
      if (line.text == "line " + std::to_string(expected + 1)) ++expected;
    }
    EXPECT_EQ(expected, lines_);
    EXPECT_LT(hub_.job(job_id(1)).lines.size(), lines_ + 10u);
    EXPECT_GT(hub_.connections, 2);
  });
}

TEST_F(AgentTest, CountsTheLinesThatOneLogDoesNotTake) {
  lines_ = 1'000;
  options_.run.max_log_bytes = 2'000;
  use_scripted_restic();
  release();
  start();
  run([this]() -> runtime::Task<> {
    co_await hub_.until([this] { return hub_.hello.has_value(); });
    hub_.run(command(1));
    co_await hub_.until_finished(job_id(1));
    EXPECT_LT(hub_.job(job_id(1)).lines.size(), 500u);
    EXPECT_THAT(hub_.job(job_id(1)).lines.back().text, HasSubstr("further lines were left out"));
  });
}

TEST_F(AgentTest, IgnoresACommandThatItKnows) {
  use_scripted_restic();
  start();
  run([this]() -> runtime::Task<> {
    co_await hub_.until([this] { return hub_.hello.has_value(); });
    hub_.run(command(1));
    hub_.send(command(1));
    release();
    co_await hub_.until_finished(job_id(1));
    EXPECT_EQ(hub_.job(job_id(1)).starts, 1);
  });
}

TEST_F(AgentTest, CancelsARunningJob) {
  use_scripted_restic();
  start();
  run([this]() -> runtime::Task<> {
    co_await hub_.until([this] { return hub_.hello.has_value(); });
    hub_.run(command(1));
    co_await hub_.until([this] { return hub_.job(job_id(1)).running(); });
    hub_.send(protocol::CommandCancel{job_id(1)});
    co_await hub_.until_finished(job_id(1));
    EXPECT_EQ(hub_.job(job_id(1)).result->state, JobState::Cancelled);
  });
}

TEST_F(AgentTest, CancelsAWaitingJobAtOnce) {
  use_scripted_restic();
  start();
  run([this]() -> runtime::Task<> {
    co_await hub_.until([this] { return hub_.hello.has_value(); });
    hub_.run(command(1));
    hub_.run(command(2));
    hub_.send(protocol::CommandCancel{job_id(2)});
    hub_.send(protocol::CommandCancel{job_id(99)});
    co_await hub_.until_finished(job_id(2));
    EXPECT_EQ(hub_.job(job_id(2)).result->state, JobState::Cancelled);
    EXPECT_EQ(hub_.job(job_id(2)).starts, 0);
    release();
    co_await hub_.until_finished(job_id(1));
    EXPECT_EQ(hub_.job(job_id(1)).result->state, JobState::Succeeded);
  });
}

TEST_F(AgentTest, StoppingFailsARunningJobAndKeepsAWaitingOne) {
  use_scripted_restic();
  start();
  run([this]() -> runtime::Task<> {
    co_await hub_.until([this] { return hub_.hello.has_value(); });
    hub_.run(command(1));
    hub_.run(command(2));
    co_await hub_.until([this] { return hub_.job(job_id(1)).running() && !hub_.job(job_id(2)).waiting.empty(); });
    co_await stop();
    co_await hub_.until_finished(job_id(1));
    EXPECT_EQ(hub_.job(job_id(1)).result->state, JobState::Failed);
    EXPECT_EQ(hub_.job(job_id(1)).result->failure->code, "agent_stopped");
    EXPECT_EQ(hub_.job(job_id(2)).starts, 0);
    release();
    start();
    co_await hub_.until_finished(job_id(2));
    EXPECT_EQ(hub_.job(job_id(2)).result->state, JobState::Succeeded);
  });
}

TEST_F(AgentTest, ReportsAJobThatWasRunningWhenItWasKilled) {
  leave_interrupted_job();
  start();
  run([this]() -> runtime::Task<> {
    co_await hub_.until_finished(job_id(1));
    const auto& job = hub_.job(job_id(1));
    EXPECT_EQ(job.result->state, JobState::Failed);
    EXPECT_EQ(job.result->failure->code, "agent_stopped");
    EXPECT_EQ(job.lines.size(), 2u);
    EXPECT_THAT(job.lines.back().text, HasSubstr("The agent was stopped while this backup ran."));
    co_await until_ledger_is_empty();
  });
}

TEST_F(AgentTest, ReportsAJobOfWhichTheHubHasMoreThanItself) {
  leave_interrupted_job();
  hub_.know(job_id(1), 9);  // what came before the power went; the disk did not get it
  start();
  run([this]() -> runtime::Task<> {
    co_await hub_.until_finished(job_id(1));
    EXPECT_EQ(hub_.job(job_id(1)).last_sequence, 11u);
  });
}

TEST_F(AgentTest, StopsAndForgetsAJobThatTheHubDoesNotKnow) {
  use_scripted_restic();
  start();
  run([this]() -> runtime::Task<> {
    co_await hub_.until([this] { return hub_.hello.has_value(); });
    hub_.run(command(1));
    hub_.run(command(2));
    co_await hub_.until([this] { return hub_.job(job_id(1)).running() && !hub_.job(job_id(2)).waiting.empty(); });
    hub_.forgotten = {job_id(1), job_id(2)};
    hub_.hang_up(1001, "going away");
    co_await until_ledger_is_empty();
    EXPECT_FALSE(hub_.job(job_id(1)).result);
  });
}

TEST_F(AgentTest, NeverKeepsAPasswordOutsideItsPrivateFolders) {
  use_scripted_restic();
  start();
  run([this]() -> runtime::Task<> {
    co_await hub_.until([this] { return hub_.hello.has_value(); });
    hub_.run(command(1));
    co_await hub_.until([this] { return hub_.job(job_id(1)).running(); });
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "state")) {
      EXPECT_EQ(entry.status().permissions() & fs::perms(077), fs::perms::none) << entry.path();
    }
    release();
    co_await hub_.until_finished(job_id(1));
  });
}

}  // namespace
}  // namespace holdfast::agent
