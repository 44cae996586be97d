#include "runtime/process/subprocess.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/system/system_error.hpp>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

#include "process/child.hpp"
#include "runtime/files/files.hpp"
#include "temporary_directory.hpp"

namespace holdfast::runtime {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

const std::map<std::string, std::string> kEnvironment = {{"PATH", "/usr/bin:/bin"}};

Command shell(const std::string& script) {
  return {{"sh", "-c", script}, kEnvironment};
}

auto exited_with(int code) {
  return AllOf(Field("code", &ExitStatus::code, code), Field("signal", &ExitStatus::signal, std::nullopt));
}
auto killed_by(int signal) {
  return AllOf(Field("code", &ExitStatus::code, std::nullopt), Field("signal", &ExitStatus::signal, signal));
}

// Keeps a loop and what came out of the one child that a test runs on it.
class SubprocessTest : public testing::Test {
 protected:
  ~SubprocessTest() override { loop_.stop(); }

  // Runs to the end.
  ExitStatus run(const Command& command, std::size_t max_line = 64 * 1024) {
    child_ = Subprocess::start(loop_, command, max_line);
    group_.spawn("run", [this] { return follow(); });
    loop_.restart();
    loop_.run();
    return status_.value_or(ExitStatus{});
  }

  Task<> follow() {
    const Subprocess::OnLine on_out = [this](std::string_view line) { return note(out_, line); };
    const Subprocess::OnLine on_err = [this](std::string_view line) { return note(err_, line); };
    status_ = co_await child_->run(on_out, on_err);
  }

  Task<> note(std::vector<std::string>& lines, std::string_view line) {
    lines.emplace_back(line);
    if (on_note_) on_note_();
    co_return;
  }

  Loop loop_;
  std::unique_ptr<Subprocess> child_;
  std::vector<std::string> out_;
  std::vector<std::string> err_;
  std::function<void()> on_note_;
  std::optional<ExitStatus> status_;
  tests::TemporaryDirectory directory_;
  TaskGroup group_{loop_};
};

TEST_F(SubprocessTest, GivesBothOutputsLineByLine) {
  const auto status = run(shell("echo one; echo wrong >&2; printf 'two\\n\\nlast'"));
  EXPECT_THAT(status, exited_with(0));
  EXPECT_TRUE(status.ok());
  EXPECT_THAT(out_, ElementsAre("one", "two", "", "last"));
  EXPECT_THAT(err_, ElementsAre("wrong"));
}

TEST_F(SubprocessTest, TellsAnExitCodeFromASignal) {
  EXPECT_THAT(run(shell("exit 9")), exited_with(9));
  EXPECT_THAT(run(shell("kill -9 $$")), killed_by(SIGKILL));
  EXPECT_FALSE(status_->ok());
}

TEST_F(SubprocessTest, PassesArgumentsAsTheyAre) {
  const Command command{{"printf", "%s\n", "a b", "'\"$(id)", "*", "", "-x"}, kEnvironment};
  run(command);
  EXPECT_THAT(out_, ElementsAre("a b", "'\"$(id)", "*", "", "-x"));
}

TEST_F(SubprocessTest, InheritsNothingOfTheEnvironment) {
  run({{"/usr/bin/env"}, {{"ONLY", "this=one"}}});
  EXPECT_THAT(out_, ElementsAre("ONLY=this=one"));
}

TEST_F(SubprocessTest, SearchesTheProgramInThePathOfItsOwnEnvironment) {
  write_file_atomically(directory_ / "tool", "#!/bin/sh\necho found\n", Durability::Survives_crash);
  const std::map<std::string, std::string> path = {{"PATH", "relative::" + directory_.path().string()}};
  EXPECT_THROW(run({{"tool"}, path}), std::system_error) << "not executable";
  std::filesystem::permissions(directory_ / "tool", std::filesystem::perms::owner_all);
  run({{"tool"}, path});
  EXPECT_THAT(out_, ElementsAre("found"));
}

TEST_F(SubprocessTest, AProgramThatIsNotThereThrowsAndIsNamed) {
  for (const char* program : {"no-such-program", "/no/such/program"}) {
    try {
      run({{program}, kEnvironment});
      FAIL();
    } catch (const std::system_error& error) {
      EXPECT_EQ(error.code(), std::errc::no_such_file_or_directory);
      EXPECT_THAT(error.what(), HasSubstr(program));
    }
  }
}

TEST_F(SubprocessTest, RefusesAnArgumentThatTheSystemWouldCut) {
  using namespace std::string_literals;
  EXPECT_THROW(run({{"printf", "a\0b"s}, kEnvironment}), std::system_error);
}

TEST_F(SubprocessTest, RunsInItsDirectory) {
  run({{"pwd"}, kEnvironment, directory_.path()});
  EXPECT_THAT(out_, ElementsAre(directory_.path().string()));
  EXPECT_THROW(run({{"pwd"}, kEnvironment, "/no/such/directory"}), std::system_error);
}

TEST_F(SubprocessTest, HasAnEmptyInputAndNoOtherDescriptor) {
  const int inheritable = ::fcntl(STDERR_FILENO, F_DUPFD, 100);
  EXPECT_THAT(run(shell("cat; for fd in 3 4 5 6 7 8 9 " + std::to_string(inheritable) +
                        "; do [ ! -e /proc/$$/fd/$fd ] || echo $fd; done")),
              exited_with(0));
  ::close(inheritable);
  EXPECT_THAT(out_, IsEmpty());
}

TEST_F(SubprocessTest, HasItsSignalsAtDefaultAndNoneBlocked) {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  sigset_t pipe_signal;
  sigset_t mask_before;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &pipe_signal, &mask_before);
  EXPECT_THAT(run(shell("kill -PIPE $$")), killed_by(SIGPIPE));
  ::pthread_sigmask(SIG_SETMASK, &mask_before, nullptr);
  std::signal(SIGPIPE, before);
}

TEST_F(SubprocessTest, LeadsAGroupOfItsOwn) {
  const auto child = Subprocess::start(loop_, shell("sleep 1000"));
  EXPECT_EQ(::getpgid(child->pid()), child->pid());
}

TEST_F(SubprocessTest, CutsALineThatIsTooLong) {
  run(shell("head -c 100000 /dev/zero | tr '\\0' x; echo; echo next"), 10);
  EXPECT_THAT(out_, ElementsAre("xxxxxxxxxx", "next"));
}

TEST_F(SubprocessTest, GivesBytesAsTheyAre) {
  run(shell("printf 'a\\377\\000b\\r\\n'"));
  EXPECT_THAT(out_, ElementsAre(std::string("a\xff\0b\r", 5)));
}

TEST_F(SubprocessTest, ReadsMuchOnBothOutputsWithoutGettingStuck) {
  const auto status = run(shell("i=0; while [ $i -lt 20000 ]; do echo out$i; echo err$i >&2; i=$((i+1)); done"));
  EXPECT_THAT(status, exited_with(0));
  EXPECT_THAT(out_, SizeIs(20000));
  EXPECT_THAT(err_, SizeIs(20000));
  EXPECT_EQ(out_.back(), "out19999");
}

TEST_F(SubprocessTest, CanBeSignalledWhileItRuns) {
  on_note_ = [this] {
    if (out_.back() == "ready") child_->signal(SIGINT);
  };
  EXPECT_THAT(run(shell("trap 'echo interrupted; exit 3' INT; echo ready; while :; do sleep 0.01; done")),
              exited_with(3));
  EXPECT_THAT(out_, ElementsAre("ready", "interrupted"));
  child_->signal(SIGKILL);  // nothing left to signal
}

TEST_F(SubprocessTest, AnEndlessOutputIsHeldBackByItsReader) {
  on_note_ = [this] {
    if (out_.size() == 1000) child_->signal(SIGKILL);
  };
  EXPECT_THAT(run({{"yes"}, kEnvironment}), killed_by(SIGKILL));
  EXPECT_LT(out_.size(), 1'000'000);
}

TEST_F(SubprocessTest, WhatACallbackThrowsComesOutOfRun) {
  std::string message;
  child_ = Subprocess::start(loop_, shell("echo line; sleep 1000"));
  on_note_ = [] { throw std::runtime_error("disk full"); };
  group_.spawn("run", [&]() -> Task<> {
    try {
      co_await follow();
    } catch (const std::runtime_error& error) {
      message = error.what();
    }
  });
  loop_.run();
  EXPECT_EQ(message, "disk full");
}

TEST_F(SubprocessTest, RunCanBeCancelledAndTheChildIsGoneWithItsOwner) {
  child_ = Subprocess::start(loop_, shell("echo ready; sleep 1000"));
  const pid_t pid = child_->pid();
  on_note_ = [this] { group_.cancel(); };
  group_.spawn("run", [this] { return follow(); });
  loop_.run();
  EXPECT_EQ(status_, std::nullopt);
  EXPECT_EQ(::kill(pid, 0), 0);
  child_.reset();
  EXPECT_EQ(::kill(pid, 0), -1);
}

TEST_F(SubprocessTest, GivesUpOutputThatAGrandchildKeepsOpen) {
  Child child(loop_, shell("sleep 1000 & printf 'done'"));
  std::string out;
  const Child::OnData on_out = [&](std::string_view chunk) -> Task<> {
    out += chunk;
    co_return;
  };
  const Child::OnData on_err = [](std::string_view) -> Task<> { co_return; };
  group_.spawn("run", [&]() -> Task<> { status_ = co_await child.run(on_out, on_err, 0s); });
  loop_.run();
  ::kill(-child.pid(), SIGKILL);
  EXPECT_EQ(out, "done");
  EXPECT_THAT(status_.value_or(ExitStatus{}), exited_with(0));
}

class RunCommandTest : public testing::Test {
 protected:
  CommandOutput run(const Command& command, std::chrono::steady_clock::duration time_limit = 1h,
                    std::size_t limit = 1000) {
    CommandOutput output;
    group_.spawn("run", [&]() -> Task<> { output = co_await run_command(loop_, command, time_limit, limit); });
    loop_.run();
    return output;
  }

  Loop loop_;
  TaskGroup group_{loop_};
};

TEST_F(RunCommandTest, CollectsBothOutputsByteForByte) {
  const auto output = run(shell("printf 'a\\n\\nb'; printf c >&2; exit 3"));
  EXPECT_THAT(output.status, exited_with(3));
  EXPECT_EQ(output.out, "a\n\nb");
  EXPECT_EQ(output.err, "c");
}

TEST_F(RunCommandTest, DropsWhatIsBeyondTheLimit) {
  const auto output = run(shell("head -c 100000 /dev/zero | tr '\\0' x"));
  EXPECT_THAT(output.status, exited_with(0));
  EXPECT_EQ(output.out, std::string(1000, 'x'));
}

TEST_F(RunCommandTest, KillsTheCommandAndItsChildrenAtTheTimeLimit) {
  const auto output = run(shell("sleep 1000 | sleep 1000"), 0s);
  EXPECT_THAT(output.status, killed_by(SIGKILL));
}

// A traced process stops before its exit, and SIGKILL does not help: as if it waited for a disk that does not answer.
TEST(LeftBehind, IsAKilledChildThatDoesNotEnd) {
  Loop loop;
  auto child = std::make_unique<Child>(loop, shell("sleep 1000"));
  if (::ptrace(PTRACE_SEIZE, child->pid(), nullptr, PTRACE_O_TRACEEXIT) != 0) GTEST_SKIP() << "no tracing here";
  const pid_t pid = child->pid();
  std::optional<ExitStatus> status;
  const Child::OnData drop = [](std::string_view) -> Task<> { co_return; };
  const std::function<Task<>()> run = [&]() -> Task<> { status = co_await child->run(drop, drop, 0s, 1ms); };
  asio::co_spawn(loop, run, [&loop](const std::exception_ptr& failure) {
    EXPECT_FALSE(failure);
    loop.stop();
  });
  child->kill_group();
  loop.run();
  ASSERT_TRUE(status);
  EXPECT_TRUE(status->left_behind);
  EXPECT_THAT(*status, killed_by(SIGKILL));
  EXPECT_TRUE(process_start_time(pid)) << "it hangs";
  child.reset();
  // When it ends after all, it is reaped.
  EXPECT_EQ(::ptrace(PTRACE_DETACH, pid, nullptr, nullptr), 0);
  loop.restart();
  loop.run();
  EXPECT_EQ(::kill(pid, 0), -1);
}

TEST(Processes, AreFoundByTheirEnvironment) {
  const pid_t own = ::getpid();
  const std::string path = std::getenv("PATH");
  EXPECT_TRUE(has_in_environment(own, "PATH=" + path));
  EXPECT_FALSE(has_in_environment(own, "PATH=" + path.substr(1)));
  EXPECT_FALSE(has_in_environment(own, "ATH=" + path));
  EXPECT_EQ(parent_of(own), ::getppid());
  EXPECT_THAT(process_ids(), testing::Contains(own));
}

TEST(ProcessStartTime, IsTheSameEachTimeItIsAskedFor) {
  const auto own = process_start_time(::getpid());
  ASSERT_TRUE(own);
  EXPECT_EQ(process_start_time(::getpid()), own);
}

TEST(ProcessStartTime, IsNothingForAProcessThatHasEndedReapedOrNot) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(0);
  siginfo_t info;
  ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT);
  EXPECT_EQ(process_start_time(pid), std::nullopt);
  ::waitpid(pid, nullptr, 0);
  EXPECT_EQ(process_start_time(pid), std::nullopt);
}

}  // namespace
}  // namespace holdfast::runtime
