#include "kit/queries.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;

const core::Time kQueried = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 9h;

http::Request with(std::map<std::string, std::string, std::less<>> query) {
  http::Request request;
  request.query = std::move(query);
  return request;
}

TEST(Queries, ALimitIsANumberWithinReason) {
  EXPECT_EQ(read_limit(with({})).value(), kPageSize);
  EXPECT_EQ(read_limit(with({{"limit", "1"}})).value(), 1U);
  EXPECT_EQ(read_limit(with({{"limit", "1000"}})).value(), kMaxPageSize);
  for (const std::string wrong : {"0", "-1", "1001", "x", "1 ", " 1", "1.0", "99999999999999999999"}) {
    EXPECT_EQ(read_limit(with({{"limit", wrong}})).error().code, "query_invalid") << wrong;
  }
}

TEST(Queries, ARangeIsAPeriodOrItsEnds) {
  EXPECT_EQ(read_range(with({}), kQueried)->from, kQueried - 24h);
  EXPECT_EQ(read_range(with({{"period", "7d"}}), kQueried)->from, kQueried - 7 * 24h);
  const auto bounded =
      read_range(with({{"from", "2026-11-20T00:00:00Z"}, {"to", "2026-11-21T00:00:00+01:00"}}), kQueried);
  EXPECT_EQ(bounded->to - bounded->from, 23h);
  EXPECT_EQ(read_range(with({{"from", "2026-11-22T08:00:00Z"}}), kQueried)->to, kQueried);
}

TEST(Queries, ARangeThatCannotBeIsRefused) {
  EXPECT_FALSE(read_range(with({{"period", "8d"}}), kQueried));
  EXPECT_FALSE(read_range(with({{"to", "2026-11-21T00:00:00Z"}}), kQueried));
  EXPECT_FALSE(read_range(with({{"from", "2026-11-23T00:00:00Z"}}), kQueried));
  EXPECT_FALSE(read_range(with({{"from", "soon"}}), kQueried));
  EXPECT_FALSE(read_range(with({{"period", "7d"}, {"from", "2026-11-20T00:00:00Z"}}), kQueried));
}

TEST(Queries, AMinusTurnsTheOrderRound) {
  const auto query = read_fleet_query(with({{"sort", "-disk"}, {"filter", "status:down"}, {"after", "x"}}));
  EXPECT_EQ(query->sort, core::FleetSort::Disk);
  EXPECT_TRUE(query->reversed);
  EXPECT_EQ(query->after, "x");
  EXPECT_EQ(query->filter.terms.size(), 1U);
  EXPECT_FALSE(read_fleet_query(with({}))->reversed);
  for (const std::string wrong : {"best", "--disk", "-", "Disk"}) {
    EXPECT_EQ(read_fleet_query(with({{"sort", wrong}})).error().code, "query_invalid") << wrong;
  }
}

TEST(Queries, CustomersAreAskedForByTextAndState) {
  const auto query = read_customer_query(with({{"q", "ac"}, {"status", "paused"}, {"limit", "7"}}));
  EXPECT_EQ(query->text, "ac");
  EXPECT_EQ(query->state, core::HostState::Paused);
  EXPECT_EQ(query->limit, 7U);
  EXPECT_FALSE(read_customer_query(with({}))->state);
  EXPECT_FALSE(read_customer_query(with({{"status", "bad"}})));
}

TEST(Queries, AStateIsWrittenAsInFiltersToo) {
  EXPECT_EQ(read_customer_query(with({{"status", "warn"}})).value().state, core::HostState::Warning);
  EXPECT_EQ(read_customer_query(with({{"status", "warning"}})).value().state, core::HostState::Warning);
}

}  // namespace
}  // namespace holdfast::web
