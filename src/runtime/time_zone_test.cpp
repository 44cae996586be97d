#include "runtime/time_zone.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace holdfast::runtime {
namespace {

using namespace std::chrono_literals;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;

TimeZone zone(std::string_view name) {
  const auto found = find_zone(name);
  EXPECT_TRUE(found) << name;
  return found.value();
}

UtcTime utc(int month_number, int day, std::chrono::minutes time, int year_number = 2026) {
  return sys_days(year(year_number) / month_number / day) + time;
}

// The same numbers on a clock on the wall.
LocalMinutes local(int month_number, int day, std::chrono::minutes time, int year_number = 2026) {
  return LocalMinutes(
      std::chrono::floor<std::chrono::minutes>(utc(month_number, day, time, year_number).time_since_epoch()));
}

TEST(TimeZone, OfBudapestSkipsAnHourInSpring) {
  const auto budapest = zone("Europe/Budapest");
  EXPECT_EQ(budapest.to_local(utc(3, 29, 59min)), local(3, 29, 1h + 59min));
  EXPECT_EQ(budapest.to_local(utc(3, 29, 1h)), local(3, 29, 3h));
  EXPECT_EQ(budapest.to_instant(local(3, 29, 1h + 59min)).at, utc(3, 29, 59min));
  for (const auto skipped : {120min, 150min, 179min}) {
    const auto instant = budapest.to_instant(local(3, 29, skipped));
    EXPECT_EQ(instant.at, std::nullopt);
    EXPECT_EQ(instant.after_gap, utc(3, 29, 1h));
  }
  EXPECT_EQ(budapest.to_instant(local(3, 29, 3h)).at, utc(3, 29, 1h));
}

TEST(TimeZone, OfBudapestRepeatsAnHourInAutumn) {
  const auto budapest = zone("Europe/Budapest");
  EXPECT_EQ(budapest.to_local(utc(10, 25, 30min)), local(10, 25, 2h + 30min));
  EXPECT_EQ(budapest.to_local(utc(10, 25, 1h + 30min)), local(10, 25, 2h + 30min));
  EXPECT_EQ(budapest.to_instant(local(10, 25, 1h + 59min)).at, utc(10, 24, 23h + 59min));
  EXPECT_EQ(budapest.to_instant(local(10, 25, 2h)).at, utc(10, 25, 0h)) << "the first of two";
  EXPECT_EQ(budapest.to_instant(local(10, 25, 2h + 59min)).at, utc(10, 25, 59min)) << "the first of two";
  EXPECT_EQ(budapest.to_instant(local(10, 25, 3h)).at, utc(10, 25, 2h));
}

TEST(TimeZone, ChangesBehindThoseThatTheDatabaseLists) {
  const auto budapest = zone("Europe/Budapest");
  EXPECT_EQ(budapest.to_local(utc(7, 1, 12h, 2060)), local(7, 1, 14h, 2060));
  EXPECT_EQ(budapest.to_instant(local(3, 28, 150min, 2060)).after_gap, utc(3, 28, 1h, 2060));
  EXPECT_EQ(budapest.to_instant(local(10, 31, 150min, 2060)).at, utc(10, 31, 30min, 2060)) << "the first of two";
}

TEST(TimeZone, OfNewYorkChangesOnOtherDays) {
  const auto new_york = zone("America/New_York");
  EXPECT_EQ(new_york.to_local(utc(3, 29, 12h)), local(3, 29, 8h));
  EXPECT_EQ(new_york.to_instant(local(3, 8, 2h + 30min)).after_gap, utc(3, 8, 7h));
  EXPECT_EQ(new_york.to_instant(local(11, 1, 1h + 30min)).at, utc(11, 1, 5h + 30min));
}

TEST(TimeZone, OfUtcIsUtc) {
  EXPECT_EQ(zone("UTC").to_local(utc(11, 22, 9h)), local(11, 22, 9h));
  EXPECT_EQ(zone("UTC").to_instant(local(11, 22, 9h)).at, utc(11, 22, 9h));
  EXPECT_EQ(zone("Etc/UTC").to_local(utc(11, 22, 9h) + 59s + 999ms), local(11, 22, 9h)) << "cut to the minute";
}

TEST(TimeZone, IsNotFoundByAnyOtherName) {
  for (const auto* name : {"", "Europe", "Europe/Nowhere", "europe/budapest", " UTC", "../../../etc/passwd",
                           "/etc/passwd", "zone.tab", "tzdata.zi", "leapseconds", "+01:00", "Fixed/UTC+01:00:00",
                           "localtime", "posixrules", "right/UTC", "Europe//Budapest"}) {
    EXPECT_FALSE(find_zone(name)) << name;
  }
  EXPECT_FALSE(find_zone(std::string_view("UTC\0", 4)));
  EXPECT_FALSE(find_zone(std::string(100'000, 'x')));
}

RC_GTEST_PROP(TimeZone, LeadsBackToTheSameLocalTime, ()) {
  const auto name = *rc::gen::element<std::string>("Europe/Budapest", "America/New_York", "Australia/Lord_Howe",
                                                   "Pacific/Apia", "Asia/Kathmandu");
  const auto found = zone(name);
  const UtcTime time(std::chrono::minutes(*rc::gen::inRange(0, 60 * 24 * 365 * 100)));  // to 2070
  const auto back = found.to_instant(found.to_local(time)).at;
  RC_ASSERT(back && *back <= time);
  RC_ASSERT(found.to_local(*back) == found.to_local(time));
}

}  // namespace
}  // namespace holdfast::runtime
