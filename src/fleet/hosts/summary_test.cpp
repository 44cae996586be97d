#include "fleet/hosts/summary.hpp"

#include <gtest/gtest.h>

#include "fleet_world.hpp"
#include "store/hosts/hosts.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;

TEST(Summary, CountsHostsByWhatIsWrongWithThem) {
  World world;
  Summary summary(world.database, world.clock, world.live);
  world.enrol("web-01");
  world.enrol("web-02");
  world.clock.advance(3h);
  world.run(world.watch.round());
  const auto read = world.run(summary.read());
  EXPECT_EQ(read.expected, 2U);
  EXPECT_EQ(read.within_limit, 0U);
  EXPECT_EQ(read.customers, 1U);
  std::size_t causes = 0;
  for (const auto& [cause, hosts] : read.down_causes) causes += hosts;
  for (const auto& [cause, hosts] : read.warning_causes) causes += hosts;
  EXPECT_LE(causes, 2U);
}

TEST(Summary, IsReadAnewWhenAStateHasChangedAndOtherwiseAfterTwoSeconds) {
  World world;
  Summary summary(world.database, world.clock, world.live);
  EXPECT_EQ(world.run(summary.read()).expected, 0U);
  const auto host = world.enrol("web-01").host;
  EXPECT_EQ(world.run(summary.read()).expected, 1U);
  const auto remove = [&](store::Transaction& tx) { return store::remove_host(tx, host); };
  world.run(world.database.write(remove));
  EXPECT_EQ(world.run(summary.read()).expected, 1U) << "nobody was told";
  world.clock.advance(3s);
  EXPECT_EQ(world.run(summary.read()).expected, 0U);
}

TEST(Summary, OfALargeFleetIsCountedBesideWhileSomebodyReads) {
  World world;
  Summary summary(world.database, world.clock, world.live, 1);
  world.enrol("web-01");
  world.enrol("web-02");
  EXPECT_EQ(world.run(summary.read()).expected, 2U);
  world.enrol("web-03");
  world.clock.advance(4s);
  world.run(summary.round());
  EXPECT_EQ(world.run(summary.read()).expected, 2U) << "of the last five seconds";
  EXPECT_TRUE(summary.is_outdated());
  world.clock.advance(2s);
  world.run(summary.round());
  EXPECT_EQ(world.run(summary.read()).expected, 3U);
}

TEST(Summary, OfALargeFleetIsNotCountedWhenNobodyReads) {
  World world;
  Summary summary(world.database, world.clock, world.live, 1);
  world.enrol("web-01");
  world.enrol("web-02");
  world.run(summary.read());
  world.clock.advance(6s);
  world.run(summary.round());
  world.enrol("web-03");
  world.clock.advance(6s);
  world.run(summary.round());
  EXPECT_TRUE(summary.is_outdated()) << "nobody has read since the round before";
  world.clock.advance(15s);
  EXPECT_EQ(world.run(summary.read()).expected, 3U);
}

}  // namespace
}  // namespace holdfast::fleet
