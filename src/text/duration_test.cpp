#include "text/duration.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast::text {
namespace {

using namespace std::chrono_literals;

TEST(ParseDuration, ReadsNumbersWithUnits) {
  EXPECT_EQ(parse_duration("30m"), 30min);
  EXPECT_EQ(parse_duration("90s"), 90s);
  EXPECT_EQ(parse_duration("12h"), 12h);
  EXPECT_EQ(parse_duration("7d"), 24h * 7);
  EXPECT_EQ(parse_duration("1h30m"), 90min);
  EXPECT_EQ(parse_duration("1d2h3m4s"), 26h + 3min + 4s);
  EXPECT_EQ(parse_duration("0s"), 0s);
}

TEST(ParseDuration, RefusesEverythingElse) {
  for (const char* text : {"", "30", "m", "30 m", " 30m", "30m ", "-1m", "+1m", "1.5h", "1m1h", "1m1m", "1w", "30M",
                           "1h30", "9999999999s", "30ms"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(ParseDuration, TakesTheUnitsThatTheCallerHas) {
  EXPECT_EQ(parse_duration("2w", "wdhms"), 24h * 14);
  EXPECT_EQ(parse_duration("1w1d", "wdhms"), 24h * 8);
  EXPECT_EQ(parse_duration("999999999w", "wdhms"), 999999999 * std::chrono::seconds(std::chrono::weeks(1)));
  EXPECT_EQ(parse_duration("1h", "d"), std::nullopt);
}

RC_GTEST_PROP(ParseDuration, SurvivesAnyText, (const std::string& text)) {
  parse_duration(text, "wdhms");
}

TEST(FormatDuration, UsesAtMostTwoUnits) {
  EXPECT_EQ(format_duration(-5s), "0 s");
  EXPECT_EQ(format_duration(8s), "8 s");
  EXPECT_EQ(format_duration(2min + 42s), "2 min 42 s");
  EXPECT_EQ(format_duration(41min + 59s), "41 min");
  EXPECT_EQ(format_duration(2h), "2 h");
  EXPECT_EQ(format_duration(2h + 14min), "2 h 14 min");
  EXPECT_EQ(format_duration(31h + 14min), "31 h");
  EXPECT_EQ(format_duration(24h * 3 + 4h + 5min), "3 d 4 h");
  EXPECT_EQ(format_duration(24h * 3 + 4h, "_"), "3_d 4_h");
}

}  // namespace
}  // namespace holdfast::text
