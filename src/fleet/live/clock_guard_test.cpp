#include "fleet/live/clock_guard.hpp"

#include <gtest/gtest.h>

#include "fleet_world.hpp"
#include "store/accounts/accounts.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;

struct ClockGuardTest : testing::Test {
  // As the hub starts.
  std::unique_ptr<ClockGuard> start() {
    auto guard = std::make_unique<ClockGuard>(world.database, world.clock, world.live, world.watch);
    world.run(guard->start());
    world.run(world.watch.start());
    return guard;
  }
  World world;
};

TEST_F(ClockGuardTest, TrustsTheClockOfANewHubAndOfOneThatWasAwayForDays) {
  EXPECT_FALSE(start()->lived_until());
  world.clock.jump(ClockGuard::kFar);
  EXPECT_FALSE(start()->lived_until());
}

TEST_F(ClockGuardTest, DoubtsAClockThatIsAYearAheadUntilItIsSetBack) {
  start();
  const auto lived = world.clock.now();
  world.clock.jump(365 * 24h);
  EXPECT_EQ(start()->lived_until(), lived);
  EXPECT_EQ(start()->lived_until(), lived) << "a restart with the same clock proves nothing";
  world.clock.jump(-365 * 24h + 1min);
  EXPECT_FALSE(start()->lived_until());
  EXPECT_FALSE(start()->lived_until());
}

TEST_F(ClockGuardTest, DoubtsAClockThatJumpsWhileTheHubRuns) {
  const auto guard = start();
  world.clock.advance(1min);
  world.run(guard->round());
  const auto lived = world.clock.now();
  world.clock.jump(30 * 24h);
  world.run(guard->round());
  EXPECT_EQ(guard->lived_until(), lived);
  world.clock.jump(-30 * 24h);
  world.run(guard->round());
  EXPECT_FALSE(guard->lived_until());
}

TEST_F(ClockGuardTest, TakesAPersonsWord) {
  start();
  world.clock.jump(30 * 24h);
  const auto guard = start();
  world.run(guard->confirm(world.admin));
  EXPECT_FALSE(guard->lived_until());
  world.run(guard->round());
  EXPECT_FALSE(guard->lived_until());
  EXPECT_FALSE(start()->lived_until());
  const auto look = [](store::View& view) { return store::list_audit(view, 1); };
  EXPECT_EQ(world.run(world.database.read(look)).front().action, "hub.confirm_clock");
}

}  // namespace
}  // namespace holdfast::fleet
