#include "hosts/history/chart_ticks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "text/time.hpp"

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const core::Time kLastTick = *text::parse_time("2026-11-20T09:42:18Z");

std::vector<std::string> moments(core::milliseconds back) {
  std::vector<std::string> texts;
  for (const auto& tick : chart_ticks(kLastTick - back, kLastTick))
    texts.push_back(text::format_time(tick.at).substr(5, 11));
  return texts;
}

TEST(ChartTicks, stand_on_round_moments) {
  EXPECT_THAT(moments(24h), ElementsAre("11-19T12:00", "11-19T18:00", "11-20T00:00", "11-20T06:00"));
  EXPECT_THAT(moments(1h), ElementsAre("11-20T08:45", "11-20T09:00", "11-20T09:15", "11-20T09:30"));
  EXPECT_THAT(moments(7 * 24h), ElementsAre("11-15T00:00", "11-17T00:00", "11-19T00:00"));
  EXPECT_THAT(moments(365 * 24h), ElementsAre("02-01T00:00", "05-01T00:00", "08-01T00:00", "11-01T00:00"));
}

TEST(ChartTicks, are_labelled_as_fine_as_they_are) {
  EXPECT_EQ(chart_ticks(kLastTick - 24h, kLastTick).front().label, views::TimeLabel::Minute);
  EXPECT_EQ(chart_ticks(kLastTick - 7 * 24h, kLastTick).front().label, views::TimeLabel::Day);
  EXPECT_EQ(chart_ticks(kLastTick - 365 * 24h, kLastTick).front().label, views::TimeLabel::Month);
}

TEST(ChartTicks, stand_where_their_moment_is) {
  const auto ticks = chart_ticks(*text::parse_time("2026-11-20T00:00:00Z"), *text::parse_time("2026-11-20T04:00:00Z"));
  EXPECT_THAT(ticks, testing::SizeIs(5));
  EXPECT_DOUBLE_EQ(ticks[1].place, 0.25);
  EXPECT_DOUBLE_EQ(ticks[4].place, 1);
}

TEST(ChartTicks, of_no_time_are_none) {
  EXPECT_THAT(chart_ticks(kLastTick, kLastTick), IsEmpty());
}

TEST(ChartTicks, are_few_for_any_range) {
  for (auto back = 1min; back < 3 * 365 * 24h; back = back * 3 / 2 + 1min)
    EXPECT_LE(chart_ticks(kLastTick - back, kLastTick).size(), 7u);
}

}  // namespace
}  // namespace holdfast::web
