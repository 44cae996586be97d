#include "core/schedule/retention.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <ranges>

#include "text/time.hpp"

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

const Time kRetainedAt = std::chrono::sys_days(std::chrono::year(2026) / 11 / 29) + 21h;

// Those that stay of snapshots of these moments, as they are written.
std::vector<std::string> kept_of(const Retention& retention, const std::vector<std::string>& moments) {
  std::vector<DatedSnapshot> snapshots;
  for (const std::string& moment : moments) {
    DatedSnapshot& snapshot = snapshots.emplace_back(moment, text::parse_time(moment).value());
    if (!moment.ends_with('Z')) snapshot.utc_offset = std::chrono::minutes(std::stoi(moment.substr(19, 3)) * 60);
  }
  const auto kept = kept_by(retention, snapshots, kRetainedAt);
  std::vector<std::string> stay;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (kept[i]) stay.push_back(moments[i]);
  }
  return stay;
}

TEST(Retention, KeepsTheNewestOfEachDay) {
  Retention retention{.daily = 2};
  EXPECT_THAT(kept_of(retention,
                      {"2026-11-29T02:00:00Z", "2026-11-29T14:00:00Z", "2026-11-28T02:00:00Z", "2026-11-27T02:00:00Z"}),
              ElementsAre("2026-11-29T14:00:00Z", "2026-11-28T02:00:00Z"));
}

TEST(Retention, KeepsTheOldestWhereARuleHasSomethingLeft) {
  Retention retention{.monthly = 12};
  EXPECT_THAT(kept_of(retention, {"2026-11-29T02:00:00Z", "2026-11-15T02:00:00Z", "2026-11-02T02:00:00Z"}),
              ElementsAre("2026-11-29T02:00:00Z", "2026-11-02T02:00:00Z"));
}

TEST(Retention, CountsEachRuleForItself) {
  Retention retention{.last = 1, .weekly = 2};
  EXPECT_THAT(kept_of(retention,
                      {"2026-11-29T02:00:00Z", "2026-11-28T02:00:00Z", "2026-11-22T02:00:00Z", "2026-11-15T02:00:00Z"}),
              ElementsAre("2026-11-29T02:00:00Z", "2026-11-22T02:00:00Z"));
}

TEST(Retention, KeepsEverythingWhereNothingIsSaid) {
  EXPECT_THAT(kept_of({}, {"2020-01-01T00:00:00Z", "2026-11-29T02:00:00Z"}), testing::SizeIs(2));
  EXPECT_TRUE(Retention().keeps_everything());
}

TEST(Retention, GoesByTheClockThatMadeASnapshot) {
  Retention retention{.daily = 2};
  EXPECT_THAT(kept_of(retention, {"2026-11-28T00:30:00+02:00", "2026-11-27T23:30:00Z", "2026-11-26T12:00:00Z"}),
              ElementsAre("2026-11-28T00:30:00+02:00", "2026-11-27T23:30:00Z"));
}

TEST(Retention, CountsSpansFromTheNewestByTheCalendar) {
  Retention retention{.within = {.months = 1}};
  // The 31st of September is the 1st of October.
  EXPECT_THAT(kept_of(retention, {"2026-10-31T02:00:00Z", "2026-10-01T02:00:01Z", "2026-10-01T02:00:00Z"}),
              ElementsAre("2026-10-31T02:00:00Z", "2026-10-01T02:00:01Z"));
}

TEST(Retention, TakesNoSnapshotOfTheFutureForTheNewestOfASpan) {
  Retention retention{.within = {.days = 1}};
  EXPECT_THAT(kept_of(retention,
                      {"2099-01-01T00:00:00Z", "2026-11-29T02:00:00Z", "2026-11-28T12:00:00Z", "2026-11-27T12:00:00Z"}),
              ElementsAre("2099-01-01T00:00:00Z", "2026-11-29T02:00:00Z", "2026-11-28T12:00:00Z"));
  EXPECT_THAT(kept_of(retention, {"2099-01-01T00:00:00Z", "2098-01-01T00:00:00Z"}), testing::SizeIs(2));
}

TEST(Retention, TellsTwoOfOneMomentApartByTheirIds) {
  const std::vector<DatedSnapshot> twins{{"b", kRetainedAt}, {"a", kRetainedAt}};
  EXPECT_THAT(kept_by({.last = 1}, twins, kRetainedAt), ElementsAre(false, true));
}

RC_GTEST_PROP(Retention, AlwaysKeepsSomethingAndTheSameInAnyOrder, ()) {
  const Retention retention{.last = *rc::gen::inRange(0, 2),
                            .daily = *rc::gen::inRange(0, 3),
                            .monthly = *rc::gen::inRange(kKeepAll, 3),
                            .within_weekly = {.days = *rc::gen::inRange(0, 30)}};
  std::vector<DatedSnapshot> snapshots;
  for (const int hour : *rc::gen::unique<std::vector<int>>(rc::gen::inRange(0, 3000)))
    snapshots.push_back({std::to_string(hour), kRetainedAt - std::chrono::hours(hour), 0min});
  const auto kept = kept_by(retention, snapshots, kRetainedAt);
  RC_ASSERT(snapshots.empty() || std::ranges::count(kept, true) > 0);
  std::vector<DatedSnapshot> reversed(snapshots.rbegin(), snapshots.rend());
  const auto kept_reversed = kept_by(retention, reversed, kRetainedAt);
  RC_ASSERT(std::ranges::equal(kept, std::views::reverse(kept_reversed)));
}

TEST(CalendarSpan, IsReadAndWritten) {
  for (const auto* text : {"14d", "1y5m7d2h", "6m", "48h", ""}) {
    const auto span = parse_calendar_span(text);
    ASSERT_TRUE(span) << text;
    EXPECT_EQ(to_text(*span), text);
  }
  EXPECT_EQ(parse_calendar_span("1y6m"), (CalendarSpan{1, 6, 0, 0}));
}

TEST(CalendarSpan, IsRefusedForAnythingElse) {
  for (const auto* text : {"d", "14", "-1d", "1d1y", "1d1d", "1.5d", "10000d", "99999999999999d", "14 d", "w", "2w"})
    EXPECT_FALSE(parse_calendar_span(text)) << text;
  EXPECT_EQ(parse_calendar_span("2w").error().message,
            "\"2w\" is not a span such as 14d, 6m or 1y6m: numbers up to 9999, each with y, m, d or h.");
}

RC_GTEST_PROP(CalendarSpan, SurvivesAnyText, (const std::string& text)) {
  const auto span = parse_calendar_span(text);
  RC_ASSERT(!span || parse_calendar_span(to_text(*span)) == *span);
}

}  // namespace
}  // namespace holdfast::core
