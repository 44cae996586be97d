#include "runtime/async/worker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <boost/asio/post.hpp>
#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

namespace holdfast::runtime {
namespace {

using testing::ElementsAre;

Task<> run_and_note(WorkerPool& pool, std::function<int()> work, std::vector<std::optional<int>>& results) {
  const auto result = co_await pool.run(work);
  results.push_back(result);
}

class WorkerPoolTest : public testing::Test {
 protected:
  void spawn(WorkerPool& pool, std::function<int()> work) {
    group_.spawn("job", [this, &pool, work] { return run_and_note(pool, work, results_); });
  }

  Loop loop_;
  std::vector<std::optional<int>> results_;
  TaskGroup group_{loop_};
};

TEST_F(WorkerPoolTest, RunsTheWorkOnAThreadAndResumesOnTheLoopWithItsResult) {
  WorkerPool pool("hashing", 1, 4);
  const auto loop_thread = std::this_thread::get_id();
  spawn(pool, [loop_thread] { return std::this_thread::get_id() == loop_thread ? 0 : 42; });
  loop_.run();
  EXPECT_THAT(results_, ElementsAre(42));
}

TEST_F(WorkerPoolTest, ItsThreadsCarryItsName) {
  WorkerPool pool("a name that is too long for the kernel", 1, 4);
  std::string name(16, '\0');
  spawn(pool, [&name] { return pthread_getname_np(pthread_self(), name.data(), name.size()); });
  loop_.run();
  EXPECT_THAT(results_, ElementsAre(0));
  EXPECT_STREQ(name.c_str(), "a name that is ");
}

TEST_F(WorkerPoolTest, RethrowsWhatTheWorkThrew) {
  WorkerPool pool("worker", 1, 4);
  std::string message;
  group_.spawn("job", [&]() -> Task<> {
    const std::function<int()> work = []() -> int { throw std::runtime_error("no memory"); };
    try {
      co_await pool.run(work);
    } catch (const std::runtime_error& error) {
      message = error.what();
    }
  });
  loop_.run();
  EXPECT_EQ(message, "no memory");
}

TEST_F(WorkerPoolTest, AnswersNothingWhenTheQueueIsFull) {
  WorkerPool pool("worker", 1, 1);
  std::latch release(1);
  spawn(pool, [&release] {
    release.wait();
    return 1;
  });
  spawn(pool, [] { return 2; });
  spawn(pool, [] { return 3; });
  while (results_.empty()) loop_.run_one();
  EXPECT_THAT(results_, ElementsAre(std::nullopt));
  release.count_down();
  loop_.run();
  EXPECT_THAT(results_, ElementsAre(std::nullopt, 1, 2));
}

TEST_F(WorkerPoolTest, ACancelledTaskWaitsForTheEndOfItsJob) {
  WorkerPool pool("worker", 1, 1);
  std::latch started(1);
  std::latch release(1);
  spawn(pool, [&] {
    started.count_down();
    release.wait();
    return 1;
  });
  loop_.poll();
  started.wait();
  group_.cancel();
  loop_.poll();
  EXPECT_EQ(group_.size(), 1);
  release.count_down();
  loop_.run();
  EXPECT_THAT(results_, ElementsAre(1));
}

TEST_F(WorkerPoolTest, AcceptsTheNextJobAsSoonAsOneHasReturned) {
  WorkerPool pool("worker", 1, 0);
  group_.spawn("jobs", [&]() -> Task<> {
    const std::function<int()> work = [] { return 1; };
    for (int i = 0; i < 100; ++i) {
      const auto result = co_await pool.run(work);
      results_.push_back(result);
    }
  });
  loop_.run();
  EXPECT_THAT(results_, testing::Each(1));
}

}  // namespace
}  // namespace holdfast::runtime
