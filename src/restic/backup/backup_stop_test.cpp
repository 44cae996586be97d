#include <gmock/gmock.h>
#include <signal.h>

#include "fixture.hpp"

// Backups that are stopped, by us or by others.
namespace holdfast::restic {
namespace {

using core::JobState;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class StoppedBackUp : public ResticTest {
 protected:
  StoppedBackUp() { make_endless_source(); }

  // Does it once, when restic reads data and so holds its lock.
  void when_reading(std::function<void()> act) {
    listener.on_progress = [act, done = false](const core::JobProgress& progress) mutable {
      if (done || progress.bytes_done == 0) return;
      done = true;
      act();
    };
  }

  void expect_cancelled(const core::JobResult& result) {
    EXPECT_EQ(result.state, JobState::Cancelled) << listener.text();
    EXPECT_EQ(result.failure->code, "cancelled");
    EXPECT_EQ(summary_of(result), nullptr);
    EXPECT_FALSE(has_locks());
    EXPECT_FALSE(has_snapshots());
  }
};
INSTANTIATE_TEST_SUITE_P(Restic, StoppedBackUp, testing::ValuesIn(test_restics()));

TEST_P(StoppedBackUp, IsCancelledInItsMiddle) {
  make_repository();
  when_reading([&] { cancellation.request(); });
  expect_cancelled(back_up());
}

TEST_P(StoppedBackUp, IsCancelledOnceHoweverOftenItIsAskedFor) {
  make_repository();
  when_reading([&] {
    for (int i = 0; i < 3; ++i) cancellation.request();
  });
  expect_cancelled(back_up());
}

TEST_P(StoppedBackUp, IsCancelledBeforeItStarts) {
  make_repository();
  cancellation.request();
  expect_cancelled(back_up());
  EXPECT_THAT(listener.pids, IsEmpty());
}

TEST_P(StoppedBackUp, IsCancelledInTheMomentItStarts) {
  make_repository();
  listener.on_process = [&](pid_t) { cancellation.request(); };
  expect_cancelled(back_up());
}

TEST_P(StoppedBackUp, IsCancelledWhileTheRepositoryIsMade) {
  request.initialise = true;
  listener.on_log = [&](const std::string& line) {
    if (line.contains("restic creates one")) {
      listener.on_process = [&](pid_t) { cancellation.request(); };
    }
  };
  const auto result = back_up();
  EXPECT_EQ(result.state, JobState::Cancelled) << listener.text();
  EXPECT_EQ(summary_of(result), nullptr);
  EXPECT_THAT(listener.text(), Not(HasSubstr("Backing up")));
}

TEST_P(StoppedBackUp, IsKilledWhenItDoesNotEndAndItsLockIsRemoved) {
  make_repository();
  when_reading([&] {
    ::kill(listener.running(), SIGSTOP);  // so that it does not see the SIGINT
    cancellation.request();
  });
  expect_cancelled(back_up({.cancel_grace = std::chrono::seconds(0)}));
  EXPECT_THAT(listener.text(), HasSubstr("removed"));
}

TEST_P(StoppedBackUp, FailsWhenSomebodyElseKillsItAndItsLockIsRemoved) {
  make_repository();
  when_reading([&] { ::kill(listener.running(), SIGKILL); });
  const auto result = back_up();
  EXPECT_EQ(result.state, JobState::Failed);
  EXPECT_EQ(result.failure->code, "killed");
  EXPECT_THAT(result.failure->message, HasSubstr("signal 9"));
  EXPECT_EQ(result.exit_code, std::nullopt);
  EXPECT_FALSE(has_locks());
}

TEST_P(StoppedBackUp, FailsWhenSomebodyElseInterruptsIt) {
  make_repository();
  when_reading([&] { ::kill(listener.running(), SIGINT); });
  const auto result = back_up();
  EXPECT_EQ(result.state, JobState::Failed);
  EXPECT_EQ(result.failure->code, "killed");
}

TEST_P(StoppedBackUp, LeavesNoWorkFiles) {
  make_repository();
  when_reading([&] { ::kill(listener.running(), SIGKILL); });
  back_up();
  EXPECT_TRUE(std::filesystem::is_empty(directory / "work"));
}

class CleanUpAfterCrash : public StoppedBackUp {
 protected:
  std::string clean_up(pid_t pid, std::string start_time) {
    return run(clean_up_after_crash(loop, installation, request, pid, std::move(start_time)));
  }

  // A restic that nobody stops, in the middle of a backup; `act` runs then. Returns when it has ended.
  runtime::ExitStatus abandoned_restic(std::function<runtime::Task<>(runtime::Subprocess&)> act) {
    const auto backing_up = command({"backup", "--json", request.sources.paths.front()});
    const auto child = runtime::Subprocess::start(loop, backing_up);
    bool acted = false;
    const runtime::Subprocess::OnLine on_line = [&](std::string_view line) -> runtime::Task<> {
      if (acted || !line.contains("bytes_done")) co_return;
      acted = true;
      runtime::asio::co_spawn(loop, act(*child), [](const std::exception_ptr& failure) {
        if (failure) std::rethrow_exception(failure);
      });
    };
    return run(child->run(on_line, on_line));
  }
};
INSTANTIATE_TEST_SUITE_P(Restic, CleanUpAfterCrash, testing::ValuesIn(test_restics()));

TEST_P(CleanUpAfterCrash, EndsAResticThatStillRuns) {
  make_repository();
  std::string told;
  const std::function<runtime::Task<>(runtime::Subprocess&)> act = [&](runtime::Subprocess& child) -> runtime::Task<> {
    auto start_time = runtime::process_start_time(child.pid()).value();
    told = co_await clean_up_after_crash(loop, installation, request, child.pid(), std::move(start_time));
  };
  EXPECT_THAT(abandoned_restic(act).code, AnyOf(130, 1)) << "restic 0.18.0 says 1 when it is interrupted";
  while (told.empty()) loop.run_one();
  EXPECT_THAT(told, HasSubstr("was stopped"));
  EXPECT_FALSE(has_locks());
}

TEST_P(CleanUpAfterCrash, RemovesTheLockOfAResticThatWasKilled) {
  make_repository();
  pid_t pid = 0;
  std::string start_time;
  const std::function<runtime::Task<>(runtime::Subprocess&)> act = [&](runtime::Subprocess& child) -> runtime::Task<> {
    pid = child.pid();
    start_time = runtime::process_start_time(pid).value();
    child.signal(SIGKILL);
    co_return;
  };
  abandoned_restic(act);
  EXPECT_TRUE(has_locks());
  EXPECT_THAT(clean_up(pid, start_time), HasSubstr("had ended"));
  EXPECT_FALSE(has_locks());
}

// The agent was killed before it could note which process restic is.
TEST_P(CleanUpAfterCrash, EndsAResticThatNobodyNoted) {
  make_repository();
  const auto password = directory / "work" / request.job.text() / "password";
  write(password, request.access.password);
  const runtime::Command sleeping{.arguments = {"sh", "-c", "echo up; exec sleep 1000"},
                                  .environment = {{"RESTIC_PASSWORD_FILE", password.native()}},
                                  .directory = "/"};
  const auto child = runtime::Subprocess::start(loop, sleeping);
  std::string told;
  const std::function<runtime::Task<>()> clean = [&]() -> runtime::Task<> {
    told = co_await clean_up_after_crash(loop, installation, request, 0, "");
  };
  const runtime::Subprocess::OnLine on_line = [&](std::string_view) -> runtime::Task<> {
    runtime::asio::co_spawn(loop, clean, [](const std::exception_ptr& failure) { EXPECT_FALSE(failure); });
    co_return;
  };
  EXPECT_EQ(run(child->run(on_line, on_line)).signal, SIGINT);
  while (told.empty()) loop.run_one();
  EXPECT_THAT(told, HasSubstr("was stopped"));
}

TEST_P(CleanUpAfterCrash, LeavesAProcessAloneThatOnlyGotTheSameNumber) {
  make_repository();
  std::string told;
  const std::function<runtime::Task<>(runtime::Subprocess&)> act = [&](runtime::Subprocess& child) -> runtime::Task<> {
    std::string other_start_time = "1";
    told = co_await clean_up_after_crash(loop, installation, request, child.pid(), std::move(other_start_time));
    child.signal(SIGKILL);
  };
  EXPECT_EQ(abandoned_restic(act).signal, SIGKILL);
  EXPECT_THAT(told, HasSubstr("had ended"));
}

TEST_P(CleanUpAfterCrash, WipesTheWorkFilesOfAJobThatHadNotStarted) {
  const auto password = directory / "work" / request.job.text() / "password";
  write(password, "open sesame");
  write(directory / "work" / "01J9ZQ3V5Y7K8M2N4P6R8T0V2Z" / "password", "another");
  EXPECT_THAT(clean_up(0, ""), HasSubstr("No restic of this job was running."));
  EXPECT_FALSE(std::filesystem::exists(password.parent_path()));
  EXPECT_EQ(clean_up(0, ""), "restic had not been started.");
  EXPECT_TRUE(std::filesystem::exists(directory / "work" / "01J9ZQ3V5Y7K8M2N4P6R8T0V2Z" / "password"));
}

TEST_P(CleanUpAfterCrash, TellsThatTheLockStaysWhenTheRepositoryIsAway) {
  request.access.password = "hunter2";
  const auto told = clean_up(1, "not the start time of this process");
  EXPECT_THAT(told, HasSubstr("could not be removed"));
  EXPECT_THAT(told, Not(HasSubstr("hunter2")));
  EXPECT_TRUE(std::filesystem::is_empty(directory / "work"));
}

}  // namespace
}  // namespace holdfast::restic
