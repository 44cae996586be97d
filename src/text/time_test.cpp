#include "text/time.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast::text {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string normalised(std::string_view text) {
  const auto time = parse_time(text);
  return time ? format_time(*time) : "nothing";
}

TEST(ParseTime, TakesEveryOffsetAndPrecisionOfRfc3339) {
  EXPECT_EQ(normalised("2026-11-22T06:21:00Z"), "2026-11-22T06:21:00.000Z");
  EXPECT_EQ(normalised("2026-02-01T14:05:20.623159838+01:00"), "2026-02-01T13:05:20.623Z");
  EXPECT_EQ(normalised("2026-11-22t06:21:00.5z"), "2026-11-22T06:21:00.500Z");
  EXPECT_EQ(normalised("2026-11-22 06:21:00-05:30"), "2026-11-22T11:51:00.000Z");
  EXPECT_EQ(normalised("2024-02-29T23:59:59.999Z"), "2024-02-29T23:59:59.999Z");
}

TEST(ParseTime, RefusesWhatIsNoMoment) {
  for (const auto* text :
       {"", "2026", "2026-11-22", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-11-22T24:00:00Z",
        "2026-11-22T06:60:00Z", "2026-11-22T06:21:00", "2026-11-22T06:21:00.Z", "2026-11-22T06:21:00.1234567890Z",
        "2026-11-22T06:21:00+24:00", "2026-11-22T06:21:00Zx", "1969-12-31T23:59:59Z", "-026-11-22T06:21:00Z",
        "2026-1--22T06:21:00Z", "+026-11-22T06:21:00Z"}) {
    EXPECT_EQ(normalised(text), "nothing") << text;
  }
}

RC_GTEST_PROP(ParseTime, ReadsBackWhatFormatTimeWrote, ()) {
  const Time time(milliseconds(*rc::gen::inRange<std::int64_t>(0, 253402300799999)));
  RC_ASSERT(parse_time(format_time(time)) == time);
}

RC_GTEST_PROP(ParseTime, SurvivesAnyText, (const std::string& text)) {
  parse_time(text);
}

TEST(ParseTime, TakesNoMomentThatItsOffsetMovesOutOfRange) {
  EXPECT_FALSE(parse_time("9999-12-31T23:59:59-00:01"));
  EXPECT_FALSE(parse_time("1970-01-01T00:00:00+00:01"));
  EXPECT_EQ(parse_time("9999-12-31T23:59:59.999Z"), kLatest);
  EXPECT_EQ(parse_time("1969-12-31T23:59:00-00:01"), kEarliest);
}

TEST(FormatTime, WritesTheNearestMomentInRangeOfOneThatIsOut) {
  EXPECT_EQ(format_time(kLatest + seconds(1)), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(format_time(kEarliest - std::chrono::hours(24 * 365 * 8000)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(format_time(Time::max()), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(format_time(Time::min()), "1970-01-01T00:00:00.000Z");
}

TEST(FormatHttpDate, IsTheFixedFormOfRfc9110) {
  EXPECT_EQ(format_http_date(*parse_time("1994-11-06T08:49:37.999Z")), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(format_http_date(*parse_time("2026-02-28T23:00:00Z")), "Sat, 28 Feb 2026 23:00:00 GMT");
  EXPECT_EQ(format_http_date(Time::max()), "Fri, 31 Dec 9999 23:59:59 GMT");
}

TEST(FormatDay, HasNoLeadingZero) {
  EXPECT_EQ(format_day(*parse_time("2026-11-05T09:42:18Z")), "5 Nov");
  EXPECT_EQ(format_day(*parse_time("2026-12-31T23:59:59Z")), "31 Dec");
}

}  // namespace
}  // namespace holdfast::text
