#include "fleet/live/health.hpp"

#include <gtest/gtest.h>

#include "live/world.hpp"

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;

struct HealthTest : testing::Test {
  bool ready() { return world.run(health.ready()); }
  std::uint64_t writes() const { return world.database.stats().transactions; }

  World world;
  Health health{world.database, world.clock};
};

TEST_F(HealthTest, TheHubIsReadyWhileTheDatabaseTakesWrites) {
  EXPECT_TRUE(ready());
  EXPECT_EQ(writes(), 1u);
}

TEST_F(HealthTest, TheDatabaseIsAskedAtMostOnceASecond) {
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(ready());
  EXPECT_EQ(writes(), 1u);
  world.clock.advance(1s);
  EXPECT_TRUE(ready());
  EXPECT_EQ(writes(), 2u);
}

TEST_F(HealthTest, AHubThatStopsIsNotReady) {
  EXPECT_TRUE(ready());
  health.stopping();
  EXPECT_FALSE(ready());
}

}  // namespace
}  // namespace holdfast::fleet
