#include "kit/live/live_feeds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;
using fleet::Topic;
using testing::ElementsAre;

constexpr std::string_view kHost = "01JD0000000000000000000001";

TEST(LiveFeeds, of_the_fleet_are_rows_band_and_order) {
  const auto feeds = parse_feeds("pulse,fleet").value();
  ASSERT_EQ(feeds.size(), 4U);
  EXPECT_EQ(feeds[1].region, Region::Rows);
  EXPECT_EQ(feeds[3].region, Region::Order);
}

TEST(LiveFeeds, unknown_topics_and_ids_that_are_none_are_refused) {
  for (const auto* const topics : {"nothing", "host:", "host:x", "pulse,,fleet", "job:01JD000000000000000000000"})
    EXPECT_FALSE(parse_feeds(topics)) << topics;
  EXPECT_TRUE(parse_feeds(std::string("host:") + std::string(kHost)));
  EXPECT_FALSE(parse_feeds("pulse,pulse,pulse,pulse,pulse,pulse,pulse,pulse,pulse"));
}

TEST(LiveFeeds, a_host_hears_of_itself_and_of_all_but_not_of_others) {
  const auto feed = parse_feeds("host:" + std::string(kHost))->front();
  EXPECT_TRUE(concerns({Topic::Host, std::string(kHost)}, feed));
  EXPECT_TRUE(concerns({Topic::Host, ""}, feed));
  EXPECT_FALSE(concerns({Topic::Host, "01JD0000000000000000000002"}, feed));
  EXPECT_FALSE(concerns({Topic::Job, std::string(kHost)}, feed));
}

TEST(LiveFeeds, are_whole_at_first_and_then_only_what_changed) {
  auto feed = parse_feeds("fleet")->front();
  EXPECT_TRUE(feed.whole);
  const auto now = Feed::Steady::time_point(1h);
  feed.sent(now);
  EXPECT_FALSE(feed.due(now + 10s));
  feed.mark({Topic::Host, std::string(kHost)});
  EXPECT_FALSE(feed.due(now + 500ms));
  EXPECT_TRUE(feed.due(now + 1s));
  EXPECT_FALSE(feed.whole);
  EXPECT_THAT(feed.changed, ElementsAre(kHost));
  feed.mark({Topic::Host, ""});
  EXPECT_TRUE(feed.whole);
}

Feed only_feed(const std::string& topics) {
  const auto feeds = parse_feeds(topics);
  return feeds->front();
}

TEST(LiveFeeds, a_job_hears_of_every_host_for_its_agent_may_go) {
  const auto feed = only_feed("job:" + std::string(kHost));
  EXPECT_TRUE(concerns({Topic::Job, std::string(kHost)}, feed));
  EXPECT_TRUE(concerns({Topic::Host, "01JD0000000000000000000002"}, feed));
  EXPECT_FALSE(concerns({Topic::Job, "01JD0000000000000000000002"}, feed));
  EXPECT_FALSE(concerns({Topic::JobLog, std::string(kHost)}, feed));
}

TEST(LiveFeeds, a_log_hears_of_its_own_lines_alone) {
  const auto feed = only_feed("log:" + std::string(kHost));
  EXPECT_TRUE(concerns({Topic::JobLog, std::string(kHost)}, feed));
  EXPECT_FALSE(concerns({Topic::JobLog, "01JD0000000000000000000002"}, feed));
  EXPECT_FALSE(concerns({Topic::Job, std::string(kHost)}, feed));
}

TEST(LiveFeeds, all_hear_of_something) {
  const std::string id(kHost);
  for (const auto& topics : {std::string("pulse,fleet,cells,jobs,pending"), "host:" + id + ",history:" + id,
                             "job:" + id + ",log:" + id + ",repository:" + id + ",enrolment:" + id}) {
    const auto feeds = parse_feeds(topics).value();
    for (const auto& feed : feeds) EXPECT_FALSE(interests_of(feed).empty()) << topics;
  }
}

TEST(LiveFeeds, only_the_waiting_list_and_its_pages_hear_of_announcements) {
  for (const auto* const topic : {"pulse", "pending"}) EXPECT_TRUE(concerns({Topic::Pending, ""}, only_feed(topic)));
  EXPECT_TRUE(concerns({Topic::Pending, ""}, only_feed("enrolment:" + std::string(kHost))));
  for (const auto* const topic : {"fleet", "cells", "jobs"})
    EXPECT_FALSE(concerns({Topic::Pending, ""}, only_feed(topic))) << topic;
}

TEST(LiveFeeds, keep_what_changes_while_they_are_not_due) {
  auto feed = only_feed("fleet");
  const auto now = Feed::Steady::time_point(1h);
  feed.sent(now);
  feed.mark({Topic::Host, "01JD0000000000000000000001"});
  feed.mark({Topic::Host, "01JD0000000000000000000002"});
  feed.mark({Topic::Host, "01JD0000000000000000000002"});
  EXPECT_FALSE(feed.due(now + 999ms));
  EXPECT_THAT(feed.changed, ElementsAre("01JD0000000000000000000001", "01JD0000000000000000000002"));
  feed.sent(now + 1s);
  EXPECT_TRUE(feed.changed.empty());
  EXPECT_FALSE(feed.due(now + 1h)) << "nothing has changed since";
}

}  // namespace
}  // namespace holdfast::web
