#include "runtime/async/task.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>
#include <stdexcept>
#include <vector>

namespace holdfast::runtime {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

Task<> stop_group(TaskGroup& group) {
  co_await group.stop();
}

// Ends all tasks of a group from outside the loop.
void stop(Loop& loop, TaskGroup& group) {
  asio::co_spawn(loop, stop_group(group), asio::detached);
  loop.restart();
  loop.run();
}

Task<> wait_and_note(Signal& signal, std::vector<std::string>& seen, std::string name) {
  co_await signal.wait();
  seen.push_back(name);
}

Task<> sleep_long_and_note(std::vector<std::string>& seen) {
  try {
    co_await sleep_for(24h);
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) seen.push_back("aborted");
  }
}

TEST(TaskGroup, RunsATaskOnlyWhenTheLoopRuns) {
  Loop loop;
  TaskGroup group(loop);
  bool ran = false;
  group.spawn("task", [&]() -> Task<> {
    ran = true;
    co_return;
  });
  EXPECT_FALSE(ran);
  EXPECT_EQ(group.size(), 1);
  loop.run();
  EXPECT_TRUE(ran);
  EXPECT_EQ(group.size(), 0);
}

TEST(TaskGroup, KeepsTheClosureAliveUntilTheTaskHasEnded) {
  Loop loop;
  TaskGroup group(loop);
  Signal signal(loop);
  const auto kept = std::make_shared<int>(7);
  int seen = 0;
  group.spawn("task", [&signal, &seen, kept]() -> Task<> {
    co_await signal.wait();
    seen = *kept;
  });
  loop.poll();
  EXPECT_EQ(kept.use_count(), 2);
  signal.notify_all();
  loop.run();
  EXPECT_EQ(seen, 7);
  EXPECT_EQ(kept.use_count(), 1);
}

TEST(TaskGroup, StopCancelsEveryTaskAndWaitsForIt) {
  Loop loop;
  TaskGroup group(loop);
  std::vector<std::string> seen;
  for (int i = 0; i < 3; ++i) group.spawn("sleeper", [&] { return sleep_long_and_note(seen); });
  loop.poll();
  stop(loop, group);
  EXPECT_THAT(seen, ElementsAre("aborted", "aborted", "aborted"));
  EXPECT_EQ(group.size(), 0);
}

TEST(TaskGroup, ATaskThatWasCancelledBeforeItStartedNeverRuns) {
  Loop loop;
  TaskGroup group(loop);
  std::vector<std::string> seen;
  group.spawn("task", [&]() -> Task<> {
    seen.push_back("ran");
    co_return;
  });
  group.cancel();
  loop.run();
  EXPECT_THAT(seen, ElementsAre());
  EXPECT_EQ(group.size(), 0);
}

TEST(TaskGroup, CancellationStaysForTheWaitsThatFollow) {
  Loop loop;
  TaskGroup group(loop);
  std::vector<std::string> seen;
  group.spawn("task", [&]() -> Task<> {
    co_await sleep_long_and_note(seen);
    co_await sleep_for(24h);
    seen.push_back("not reached");
  });
  loop.poll();
  group.cancel();
  loop.run();
  EXPECT_THAT(seen, ElementsAre("aborted"));
}

TEST(TaskGroup, LogsATaskThatThrowsUnderItsNameAndLetsTheOthersLive) {
  Loop loop;
  TaskGroup group(loop);
  testing::internal::CaptureStderr();
  bool other_ran = false;
  group.spawn("prune", []() -> Task<> {
    throw std::runtime_error("disk gone");
    co_return;
  });
  group.spawn("other", [&]() -> Task<> {
    other_ran = true;
    co_return;
  });
  loop.run();
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, HasSubstr("task=prune"));
  EXPECT_THAT(log, HasSubstr("disk gone"));
  EXPECT_TRUE(other_ran);
}

TEST(TaskGroup, DoesNotLogATaskThatWasCancelled) {
  Loop loop;
  TaskGroup group(loop);
  group.spawn("sleeper", [] { return sleep_for(24h); });
  loop.poll();
  testing::internal::CaptureStderr();
  stop(loop, group);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(TaskGroup, ATaskMaySpawnIntoItsOwnGroup) {
  Loop loop;
  TaskGroup group(loop);
  bool ran = false;
  const std::function<Task<>()> inner = [&]() -> Task<> {
    ran = true;
    co_return;
  };
  group.spawn("outer", [&]() -> Task<> {
    group.spawn("inner", inner);
    co_return;
  });
  loop.run();
  EXPECT_TRUE(ran);
}

// Owns a group that it stops although it is itself cancelled while doing so.
Task<> own_a_slow_group(Loop& loop, Signal& release, std::vector<std::string>& seen) {
  TaskGroup inner(loop);
  inner.spawn("slow to stop", [&]() -> Task<> {
    co_await sleep_long_and_note(seen);
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    co_await release.wait();
    seen.push_back("released");
  });
  co_await sleep_for(0s);
  co_await inner.stop();
  seen.push_back("stopped");
  co_await sleep_for(24h);
}

TEST(TaskGroup, StopHoldsOutWhenItsCallerIsCancelled) {
  Loop loop;
  Signal release(loop);
  std::vector<std::string> seen;
  TaskGroup outer(loop);
  outer.spawn("owner", [&] { return own_a_slow_group(loop, release, seen); });
  while (seen.empty()) loop.run_one();
  loop.poll();
  outer.cancel();
  loop.poll();
  EXPECT_THAT(seen, ElementsAre("aborted"));
  release.notify_all();
  loop.run();
  EXPECT_THAT(seen, ElementsAre("aborted", "released", "stopped"));
}

TEST(RunTogether, ReturnsWhenAllHaveEnded) {
  Loop loop;
  Signal signal(loop);
  std::vector<std::string> seen;
  TaskGroup group(loop);
  group.spawn("all", [&]() -> Task<> {
    std::vector<NamedTask> tasks;
    tasks.push_back({"waits", [&] { return wait_and_note(signal, seen, "waited"); }});
    tasks.push_back({"throws", []() -> Task<> {
                       throw std::runtime_error("no disk");
                       co_return;
                     }});
    tasks.push_back({"notes", [&]() -> Task<> {
                       seen.push_back("noted");
                       signal.notify_all();
                       co_return;
                     }});
    co_await run_together(loop, std::move(tasks));
    seen.push_back("together");
  });
  loop.run();
  EXPECT_THAT(seen, ElementsAre("noted", "waited", "together"));
}

TEST(RunTogether, CancelsAllWhenItsCallerIsCancelled) {
  Loop loop;
  std::vector<std::string> seen;
  TaskGroup group(loop);
  group.spawn("all", [&]() -> Task<> {
    std::vector<NamedTask> tasks;
    for (int i = 0; i < 2; ++i) tasks.push_back({"sleeps", [&] { return sleep_long_and_note(seen); }});
    co_await run_together(loop, std::move(tasks));
    seen.push_back("went on");
  });
  loop.poll();
  stop(loop, group);
  EXPECT_THAT(seen, ElementsAre("aborted", "aborted"));
}

TEST(Signal, WakesEveryWaiterOnce) {
  Loop loop;
  Signal signal(loop);
  TaskGroup group(loop);
  std::vector<std::string> seen;
  group.spawn("a", [&] { return wait_and_note(signal, seen, "a"); });
  group.spawn("b", [&] { return wait_and_note(signal, seen, "b"); });
  loop.poll();
  EXPECT_THAT(seen, ElementsAre());
  signal.notify_all();
  loop.run();
  EXPECT_THAT(seen, ElementsAre("a", "b"));
}

TEST(Signal, DoesNotRememberANotificationThatNobodyWaitedFor) {
  Loop loop;
  Signal signal(loop);
  TaskGroup group(loop);
  std::vector<std::string> seen;
  signal.notify_all();
  group.spawn("a", [&] { return wait_and_note(signal, seen, "a"); });
  loop.poll();
  EXPECT_THAT(seen, ElementsAre());
  stop(loop, group);
  EXPECT_THAT(seen, ElementsAre());
}

TEST(Signal, WaitForTellsATimeoutFromANotification) {
  Loop loop;
  Signal signal(loop);
  TaskGroup group(loop);
  std::vector<bool> notified;
  group.spawn("waiter", [&]() -> Task<> {
    const bool first = co_await signal.wait_for(0s);
    notified.push_back(first);
    const bool second = co_await signal.wait_for(24h);
    notified.push_back(second);
  });
  while (notified.empty()) loop.run_one();
  loop.poll();
  signal.notify_all();
  loop.run();
  EXPECT_THAT(notified, ElementsAre(false, true));
}

TEST(Signal, AWaiterCanBeCancelled) {
  Loop loop;
  Signal signal(loop);
  TaskGroup group(loop);
  std::vector<std::string> seen;
  group.spawn("a", [&] { return wait_and_note(signal, seen, "a"); });
  loop.poll();
  stop(loop, group);
  signal.notify_all();
  EXPECT_THAT(seen, ElementsAre());
}

TEST(Signal, ReleasesItsWaitersWhenItGoes) {
  Loop loop;
  TaskGroup group(loop);
  std::vector<std::string> seen;
  auto signal = std::make_unique<Signal>(loop);
  group.spawn("a", [&] { return wait_and_note(*signal, seen, "a"); });
  loop.poll();
  signal.reset();
  loop.run();
  EXPECT_THAT(seen, ElementsAre());
  EXPECT_EQ(group.size(), 0);
}

}  // namespace
}  // namespace holdfast::runtime
