#include "runtime/async/signals.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <csignal>

namespace holdfast::runtime {
namespace {

class StopSignalTest : public testing::TestWithParam<int> {};

TEST_P(StopSignalTest, EndsTheWaitWithItsNumber) {
  Loop loop;
  int seen = 0;
  asio::co_spawn(loop, wait_for_stop_signal(), [&seen](const std::exception_ptr&, int number) { seen = number; });
  loop.poll();
  EXPECT_EQ(seen, 0);
  ::raise(GetParam());
  loop.run();
  EXPECT_EQ(seen, GetParam());
}

INSTANTIATE_TEST_SUITE_P(Signals, StopSignalTest, testing::Values(SIGINT, SIGTERM));

TEST(StopSignal, WaitingForItCanBeCancelled) {
  Loop loop;
  TaskGroup group(loop);
  group.spawn("signals", []() -> Task<> { co_await wait_for_stop_signal(); });
  loop.poll();
  group.cancel();
  loop.run();
  EXPECT_EQ(group.size(), 0);
}

// In a child, because it changes the process for good.
TEST(Process, PreparedDumpsNoCoreSurvivesClosedPipesAndFullFilesAndHasItsStandardDescriptors) {
  const auto prepare_and_look = [] {
    ::close(STDIN_FILENO);
    prepare_process();
    rlimit core{};
    ::getrlimit(RLIMIT_CORE, &core);
    ::raise(SIGPIPE);
    ::raise(SIGXFSZ);
    ::_exit(core.rlim_max == 0 && ::fcntl(STDIN_FILENO, F_GETFD) >= 0 ? 0 : 1);
  };
  EXPECT_EXIT(prepare_and_look(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace holdfast::runtime
