#include "fleet/live/live.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;

struct LiveTest : testing::Test {
  std::set<Change> wait(Subscription& subscription) {
    std::set<Change> changes;
    runtime::asio::co_spawn(loop, subscription.wait(0ms),
                            [&](std::exception_ptr, std::set<Change> found) { changes = std::move(found); });
    loop.restart();
    loop.run();
    return changes;
  }
  runtime::Loop loop;
  Live live{loop};
};

TEST_F(LiveTest, TellsOnlyWhatOneIsInterestedIn) {
  const auto subscription = live.subscribe({{Topic::Job, "a"}, {Topic::Host, ""}});
  live.publish(Topic::Job, "a");
  live.publish(Topic::Job, "b");
  live.publish(Topic::Host, "h");
  live.publish(Topic::Pending);
  EXPECT_EQ(wait(*subscription), (std::set<Change>{{Topic::Job, "a"}, {Topic::Host, "h"}}));
}

TEST_F(LiveTest, TellsEachThingOnceHoweverOftenItChanged) {
  const auto subscription = live.subscribe({{Topic::JobLog, "a"}});
  for (int i = 0; i < 5; ++i) live.publish(Topic::JobLog, "a");
  EXPECT_EQ(wait(*subscription).size(), 1u);
  EXPECT_TRUE(wait(*subscription).empty());
}

TEST_F(LiveTest, AViewerThatDoesNotLookHoldsABoundedAmount) {
  const auto subscription = live.subscribe({{Topic::Host, ""}});
  for (int i = 0; i < 5000; ++i) live.publish(Topic::Host, std::to_string(i));
  const auto changes = wait(*subscription);
  EXPECT_LE(changes.size(), 1001u);
  EXPECT_TRUE(changes.contains({Topic::Host, ""})) << "it reads everything anew";
}

TEST_F(LiveTest, CountsWhatWasPublishedOfEachTopic) {
  EXPECT_EQ(live.version({Topic::Host, Topic::Fleet}), 0u);
  live.publish(Topic::Host, "h");
  live.publish(Topic::Fleet);
  live.publish(Topic::Job, "a");
  EXPECT_EQ(live.version({Topic::Host, Topic::Fleet}), 2u);
  EXPECT_EQ(live.version({Topic::Fleet}), 1u);
}

TEST_F(LiveTest, AViewerThatLeftIsForgotten) {
  live.subscribe({{Topic::Host, ""}}).reset();
  EXPECT_EQ(live.viewers(), 0u);
  live.publish(Topic::Host, "h");
}

}  // namespace
}  // namespace holdfast::fleet
