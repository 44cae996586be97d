#include "fleet/live/rounds.hpp"

#include <gtest/gtest.h>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <stdexcept>

#include "store/sqlite/database.hpp"

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;
using runtime::Task;

struct RoundsTest : testing::Test {
  // Until it cancels its group.
  void run(std::function<Task<>()> round) {
    tasks.spawn("rounds", [round = std::move(round)] { return run_rounds("rounds", 1ms, round); });
    loop.run();
  }

  runtime::Loop loop;
  runtime::TaskGroup tasks{loop};
  int rounds = 0;
};

TEST_F(RoundsTest, GoOnWhateverARoundThrows) {
  run([this]() -> Task<> {
    ++rounds;
    if (rounds == 1) throw core::DatabaseFull("no room");
    if (rounds == 2) throw std::runtime_error("nobody thought of it");
    if (rounds == 3) throw boost::system::system_error(runtime::asio::error::host_not_found);
    tasks.cancel();
    co_return;
  });
  EXPECT_EQ(rounds, 4);
}

TEST_F(RoundsTest, EndWhenTheyAreCancelledWithinARound) {
  run([this]() -> Task<> {
    ++rounds;
    tasks.cancel();
    co_await runtime::sleep_for(1h);
  });
  EXPECT_EQ(rounds, 1);
}

}  // namespace
}  // namespace holdfast::fleet
