#include "fleet/summary.hpp"

#include <gtest/gtest.h>

#include "world.hpp"

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;

TEST(Summary, counts_hosts_by_what_is_wrong_with_them) {
  World world;
  Summary summary(world.database, world.clock, world.watch);
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

TEST(Summary, is_read_anew_after_two_seconds_and_not_before) {
  World world;
  Summary summary(world.database, world.clock, world.watch);
  EXPECT_EQ(world.run(summary.read()).expected, 0U);
  world.enrol("web-01");
  EXPECT_EQ(world.run(summary.read()).expected, 0U);
  world.clock.advance(3s);
  EXPECT_EQ(world.run(summary.read()).expected, 1U);
}

}  // namespace
}  // namespace holdfast::fleet
