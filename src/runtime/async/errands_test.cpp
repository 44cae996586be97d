#include "runtime/async/errands.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

namespace holdfast::runtime {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr auto kLong = 1h;

// Work that hangs until it is released, as a dead mount does.
struct Hanging {
  std::function<int()> work(int result) const {
    return [released = released, ended = ended, result] {
      released->wait();
      ended->count_down();
      return result;
    };
  }
  void release() const {
    released->count_down();
    ended->wait();
  }

  std::shared_ptr<std::latch> released = std::make_shared<std::latch>(1);
  std::shared_ptr<std::latch> ended = std::make_shared<std::latch>(1);
};

class ErrandsTest : public testing::Test {
 protected:
  Task<> run_and_note(std::string name, std::function<int()> work, std::chrono::steady_clock::duration limit) {
    results_.push_back(co_await errands_->run(name, work, limit));
  }
  void spawn(std::string name, std::function<int()> work, std::chrono::steady_clock::duration limit = kLong) {
    group_.spawn(name, [this, name, work, limit] { return run_and_note(name, work, limit); });
  }
  void run_loop() {
    loop_.restart();
    loop_.run();
  }

  Loop loop_;
  std::vector<std::optional<int>> results_;
  std::unique_ptr<Errands> errands_ = std::make_unique<Errands>(loop_);
  TaskGroup group_{loop_};
};

TEST_F(ErrandsTest, RunOnAThreadOfTheirOwnAndGiveTheResultToTheLoop) {
  const auto loop_thread = std::this_thread::get_id();
  spawn("mount:/srv", [loop_thread] {
    std::string name(16, '\0');
    pthread_getname_np(pthread_self(), name.data(), name.size());
    return std::this_thread::get_id() != loop_thread && name.starts_with("mount:/srv") ? 42 : 0;
  });
  run_loop();
  EXPECT_THAT(results_, ElementsAre(42));
  EXPECT_EQ(errands_->out(), 0u);
}

TEST_F(ErrandsTest, RethrowWhatTheWorkThrew) {
  std::string message;
  group_.spawn("errand", [&]() -> Task<> {
    const std::function<int()> work = []() -> int { throw std::runtime_error("no such file"); };
    try {
      co_await errands_->run("work", work, kLong);
    } catch (const std::runtime_error& error) {
      message = error.what();
    }
  });
  run_loop();
  EXPECT_EQ(message, "no such file");
}

TEST_F(ErrandsTest, AreNotWaitedForBeyondTheLimit) {
  const Hanging hanging;
  spawn("dead", hanging.work(1), 1ms);
  spawn("alive", [] { return 2; });
  run_loop();
  EXPECT_THAT(results_, testing::UnorderedElementsAre(std::nullopt, 2));
  EXPECT_EQ(errands_->out(), 1u);
  hanging.release();
}

TEST_F(ErrandsTest, DoNotStartAgainBeforeTheyHaveReturned) {
  const Hanging hanging;
  spawn("dead", hanging.work(1), 1ms);
  run_loop();
  spawn("dead", []() -> int { throw std::logic_error("started again"); });
  run_loop();
  EXPECT_THAT(results_, ElementsAre(std::nullopt, std::nullopt));
  hanging.release();
  while (errands_->out() > 0) std::this_thread::yield();
  spawn("dead", [] { return 3; });
  run_loop();
  EXPECT_THAT(results_, ElementsAre(std::nullopt, std::nullopt, 3));
}

TEST_F(ErrandsTest, MayBeOutWhenTheirOwnerGoes) {
  const Hanging hanging;
  spawn("dead", hanging.work(1), 1ms);
  run_loop();
  errands_.reset();
  hanging.release();
  EXPECT_THAT(results_, ElementsAre(std::nullopt));
}

TEST_F(ErrandsTest, LetACancelledCallerGoAtOnce) {
  const Hanging hanging;
  spawn("dead", hanging.work(1));
  loop_.poll();
  asio::co_spawn(loop_, group_.stop(), asio::detached);
  run_loop();
  EXPECT_THAT(results_, testing::IsEmpty());
  hanging.release();
}

TEST_F(ErrandsTest, ReturnManyAtATimeToOneLoop) {
  for (int i = 0; i < 50; ++i) spawn("mount:" + std::to_string(i), [i] { return i; });
  run_loop();
  EXPECT_EQ(results_.size(), 50u);
  EXPECT_THAT(results_, testing::Each(testing::Ne(std::nullopt)));
}

}  // namespace
}  // namespace holdfast::runtime
