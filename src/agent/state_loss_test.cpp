#include <sys/ptrace.h>
#include <sys/resource.h>

#include <charconv>

#include "agent_fixture.hpp"
#include "runtime/files/files.hpp"

// The agent's state directory fails it, or restic does, while it works.
namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
using core::JobState;
using test::job_id;
using testing::HasSubstr;
using namespace std::chrono_literals;

// Files of this process and its children end at `bytes` for as long as it lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
};

class StateLossTest : public AgentTest {
 protected:
  runtime::Task<> begin_job(int number) {
    co_await hub_.until([this] { return hub_.hello.has_value(); });
    hub_.run(command(number));
    co_await hub_.until([this, number] { return hub_.job(job_id(number)).running(); });
  }
  // Its end is in the ledger, and the hub is away.
  runtime::Task<> finish_job_without_hub(int number) {
    co_await begin_job(number);
    hub_.accepts_connections = false;
    hub_.hang_up(1001, "going away");
    co_await hub_.until([this] { return hub_.refused > 0; });
    release();
    while (!agent_->ledger().jobs().at(job_id(number))->finished()) co_await runtime::sleep_for(1ms);
  }
  runtime::Task<> job_succeeds(int number) {
    co_await hub_.until_finished(job_id(number));
    EXPECT_EQ(result(number).state, JobState::Succeeded);
  }
  fs::path ledger() { return folder_ / "state" / "ledger"; }
  const core::JobResult& result(int number) { return *hub_.job(job_id(number)).result; }
  runtime::Task<pid_t> restic_of(int number) {
    const fs::path file = ledger() / job_id(number).text() / "process";
    while (!fs::exists(file)) co_await runtime::sleep_for(1ms);
    const std::string text = runtime::read_file(file).value_or("");
    pid_t pid = 0;
    std::from_chars(text.data(), text.data() + text.size(), pid);
    co_return pid;
  }
};

TEST_F(StateLossTest, AJobEndsWhoseLedgerWasRemovedWhileItRan) {
  use_scripted_restic();
  start();
  run([this]() -> runtime::Task<> {
    co_await begin_job(1);
    fs::remove_all(ledger());
    release();
    co_await job_succeeds(1);
    EXPECT_THAT(hub_.job(job_id(1)).lines.back().text, HasSubstr("could not keep the log"));
    while (!agent_->ledger().jobs().empty()) co_await runtime::sleep_for(1ms);
    hub_.run(command(2));
    co_await job_succeeds(2);
  });
}

TEST_F(StateLossTest, AJobEndsWhoseLedgerWasRemovedBeforeItWasHandedIn) {
  use_scripted_restic();
  start();
  run([this]() -> runtime::Task<> {
    co_await finish_job_without_hub(1);
    fs::remove_all(ledger());
    hub_.accepts_connections = true;
    co_await job_succeeds(1);
  });
}

TEST_F(StateLossTest, AJobEndsWhoseMessagesWereDamagedBeforeTheyWereHandedIn) {
  use_scripted_restic();
  start();
  run([this]() -> runtime::Task<> {
    co_await finish_job_without_hub(1);
    const fs::path messages = ledger() / job_id(1).text() / "messages";
    std::string text = runtime::read_file(messages).value_or("");
    std::ranges::replace(text, '{', '[');
    runtime::write_file_atomically(messages, text);
    hub_.accepts_connections = true;
    co_await job_succeeds(1);
  });
}

TEST_F(StateLossTest, ABackupGoesOnWhenItsLogCannotBeWritten) {
  use_scripted_restic();
  start();
  run([this]() -> runtime::Task<> {
    co_await begin_job(1);
    co_await restic_of(1);
    const FileSizeLimit full(10);
    release();
    co_await hub_.until_finished(job_id(1));
    EXPECT_EQ(result(1).state, JobState::Succeeded) << (result(1).failure ? result(1).failure->detail : "");
    EXPECT_THAT(hub_.job(job_id(1)).lines.back().text, HasSubstr("File too large"));
  });
}

TEST_F(StateLossTest, AJobThatCannotBeKeptFailsAtOnceWithTheReason) {
  start();
  run([this]() -> runtime::Task<> {
    co_await hub_.until([this] { return hub_.hello.has_value(); });
    {
      const FileSizeLimit full(10);
      hub_.run(command(1));
      co_await hub_.until_finished(job_id(1));
    }
    EXPECT_EQ(result(1).failure->code, "state_unwritable");
    EXPECT_THAT(result(1).failure->detail, HasSubstr("File too large"));
    EXPECT_TRUE(ledger_is_empty());
    EXPECT_EQ(hub_.connections, 1);
    hub_.run(command(2));
    co_await job_succeeds(2);
  });
}

TEST_F(StateLossTest, AJobWhoseMessagesAreGoneDoesNotRunAgain) {
  leave_interrupted_job();
  fs::resize_file(ledger() / job_id(1).text() / "messages", 0);
  hub_.know(job_id(1), 2);
  start();
  run([this]() -> runtime::Task<> {
    co_await hub_.until_finished(job_id(1));
    EXPECT_EQ(hub_.job(job_id(1)).starts, 0);
    EXPECT_EQ(result(1).failure->code, "agent_lost_record");
    co_await until_ledger_is_empty();
  });
}

TEST_F(StateLossTest, AResticThatHangsInTheKernelHoldsUpNothing) {
  lines_ = 1;
  use_scripted_restic("");  // a second signal would end the stop in which it is kept
  options_.run.limits.cancel_grace = 0s;
  start();
  run([this]() -> runtime::Task<> {
    co_await begin_job(1);
    const pid_t pid = co_await restic_of(1);
    co_await hub_.until([this] { return !hub_.job(job_id(1)).lines.empty(); });
    // A traced process stops before its exit, and SIGKILL does not help: as if it waited for a disk.
    const bool traced = ::ptrace(PTRACE_SEIZE, pid, nullptr, PTRACE_O_TRACEEXIT) == 0;
    hub_.send(protocol::CommandCancel{job_id(1)});
    co_await hub_.until_finished(job_id(1));
    EXPECT_EQ(result(1).state, JobState::Cancelled);
    if (traced) {
      EXPECT_THAT(hub_.job(job_id(1)).lines.back().text, HasSubstr("hangs in the kernel"));
    }
    release();
    hub_.run(command(2));
    co_await job_succeeds(2);
    ::ptrace(PTRACE_DETACH, pid, nullptr, nullptr);
  });
}

TEST_F(StateLossTest, StaysAwayFromAHubThatAnotherAgentTookOver) {
  start();
  run([this]() -> runtime::Task<> {
    co_await hub_.until([this] { return hub_.hello.has_value(); });
    hub_.hang_up(4003, "a newer connection of this host took over");
    co_await hub_.until([this] { return hub_.connections >= 2 && hub_.hello.has_value(); });
  });
}

}  // namespace
}  // namespace holdfast::agent
