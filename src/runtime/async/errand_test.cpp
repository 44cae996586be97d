#include "runtime/async/errand.hpp"

#include <gtest/gtest.h>
#include <pthread.h>

#include <boost/asio/executor_work_guard.hpp>
#include <latch>
#include <optional>
#include <thread>

namespace holdfast::runtime {
namespace {

class ErrandTest : public testing::Test {
 protected:
  // Runs the loop until stop() was called on it.
  void run() {
    const auto more_may_come = asio::make_work_guard(loop_);
    loop_.run();
  }

  Loop loop_;
};

TEST_F(ErrandTest, WorksOnAThreadOfItsNameAndReportsOnTheLoop) {
  struct Seen {
    std::thread::id thread;
    std::string name = std::string(16, '\0');
  };
  const auto seen = std::make_shared<Seen>();
  std::thread::id reported_on;
  const Errand errand(
      loop_, "a name that is too long for the kernel",
      [seen] {
        seen->thread = std::this_thread::get_id();
        pthread_getname_np(pthread_self(), seen->name.data(), seen->name.size());
      },
      [&] {
        reported_on = std::this_thread::get_id();
        loop_.stop();
      });
  run();
  EXPECT_EQ(reported_on, std::this_thread::get_id());
  EXPECT_NE(seen->thread, std::this_thread::get_id());
}

TEST_F(ErrandTest, LeavesItsThreadBehindWithoutWaiting) {
  const auto release = std::make_shared<std::latch>(1);
  const auto returned = std::make_shared<std::latch>(1);
  bool reported = false;
  {
    const Errand errand(
        loop_, "errand",
        [release, returned] {
          release->wait();
          returned->count_down();
        },
        [&] { reported = true; });
  }
  release->count_down();
  returned->wait();
  loop_.run();
  EXPECT_FALSE(reported);
}

TEST_F(ErrandTest, SaysNothingWhenItGoesBeforeTheLoopHasHeardOfItsEnd) {
  bool reported = false;
  std::optional<Errand> errand;
  const auto returned = std::make_shared<std::latch>(1);
  errand.emplace(loop_, "errand", [returned] { returned->count_down(); }, [&] { reported = true; });
  returned->wait();
  errand.reset();
  loop_.run();
  EXPECT_FALSE(reported);
}

}  // namespace
}  // namespace holdfast::runtime
