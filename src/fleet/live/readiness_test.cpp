#include "fleet/live/readiness.hpp"

#include <gtest/gtest.h>

#include "fleet_world.hpp"

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;

struct ReadinessTest : testing::Test {
  bool ready() { return world.run(readiness.ready()); }
  std::uint64_t writes() const { return world.database.stats().transactions; }

  World world;
  Readiness readiness{world.database, world.clock};
};

TEST_F(ReadinessTest, TheHubIsReadyWhileTheDatabaseTakesWrites) {
  EXPECT_TRUE(ready());
  EXPECT_EQ(writes(), 1u);
}

TEST_F(ReadinessTest, TheDatabaseIsAskedAtMostOnceASecond) {
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(ready());
  EXPECT_EQ(writes(), 1u);
  world.clock.advance(1s);
  EXPECT_TRUE(ready());
  EXPECT_EQ(writes(), 2u);
}

TEST_F(ReadinessTest, AHubThatStopsIsNotReady) {
  EXPECT_TRUE(ready());
  readiness.stopping();
  EXPECT_FALSE(ready());
}

}  // namespace
}  // namespace holdfast::fleet
