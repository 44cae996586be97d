#include "core/schedule/cron.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <set>

#include "text/time.hpp"
#include "text/utf8.hpp"

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;
using std::chrono::minutes;
using testing::HasSubstr;

// A zone as a table: from each moment on, how far local time is ahead of UTC.
struct ZoneTable {
  minutes first;
  std::map<Time, minutes> changes;

  LocalMinutes local(Time time) const {
    const auto change = changes.upper_bound(time);
    const auto ahead = change == changes.begin() ? first : std::prev(change)->second;
    return LocalMinutes(std::chrono::floor<minutes>(time.time_since_epoch() + ahead));
  }
  // Tries every offset the zone ever had.
  Instant instant(LocalMinutes wanted) const {
    std::set<minutes> offsets = {first};
    for (const auto& [from, ahead] : changes) offsets.insert(ahead);
    std::set<Time> found;
    for (const auto ahead : offsets) {
      const Time candidate(wanted.time_since_epoch() - ahead);
      if (local(candidate) == wanted) found.insert(candidate);
    }
    if (!found.empty()) return {*found.begin(), {}};
    for (const auto& [from, ahead] : changes) {
      if (local(from - 1min) < wanted && wanted < local(from)) return {std::nullopt, from};
    }
    ADD_FAILURE() << "neither a time nor a gap";
    return {};
  }
};

Zone zone_of_table(const ZoneTable& table) {
  return {[table](Time time) { return table.local(time); },
          [table](LocalMinutes wanted) { return table.instant(wanted); }};
}

Time at(std::string_view text) {
  return text::parse_time(text).value();
}

const ZoneTable kBudapest{60min, {{at("2026-03-29T01:00:00Z"), 120min}, {at("2026-10-25T01:00:00Z"), 60min}}};
const ZoneTable kLordHowe{660min, {{at("2026-04-04T15:00:00Z"), 630min}, {at("2026-10-03T15:30:00Z"), 660min}}};
const ZoneTable kApia{-600min, {{at("2011-12-30T10:00:00Z"), 840min}}};  // it skipped 30 December
const ZoneTable kUtc{0min, {}};

Cron cron(std::string_view expression) {
  auto parsed = Cron::parse(expression);
  EXPECT_TRUE(parsed) << expression << ": " << (parsed ? "" : parsed.error().message);
  return parsed ? *parsed : Cron();
}

std::string fault_in(std::string_view expression) {
  const auto parsed = Cron::parse(expression);
  return parsed ? "" : parsed.error().message;
}

std::string next_text(std::string_view expression, std::string_view after, const ZoneTable& zone) {
  const auto next = cron(expression).next(at(after), zone_of_table(zone));
  return next ? text::format_time(*next) : "never";
}

struct CronCase {
  std::string_view sentence;
  std::string_view expression;
  std::string_view after;
  std::string_view next;
};

void expect_case(const ZoneTable& zone, const std::vector<CronCase>& cases) {
  for (const auto& row : cases) {
    EXPECT_EQ(next_text(row.expression, row.after, zone), row.next) << row.sentence;
  }
}

TEST(CronNext, FollowsTheCalendar) {
  expect_case(
      kUtc,
      {
          {"today", "15 2 * * *", "2026-11-22T02:14:59.999Z", "2026-11-22T02:15:00.000Z"},
          {"strictly after", "15 2 * * *", "2026-11-22T02:15:00Z", "2026-11-23T02:15:00.000Z"},
          {"by steps", "*/20 * * * *", "2026-11-22T23:45:00Z", "2026-11-23T00:00:00.000Z"},
          {"by ranges", "0 9-17/4 * * *", "2026-11-22T13:00:00Z", "2026-11-22T17:00:00.000Z"},
          {"by lists", "0,7 0 1,15 * *", "2026-11-15T00:00:00Z", "2026-11-15T00:07:00.000Z"},
          {"from a value on by steps", "50/5 * * * *", "2026-11-22T01:00:00Z", "2026-11-22T01:50:00.000Z"},
          {"by names", "0 0 * feb-apr fri", "2026-11-22T00:00:00Z", "2027-02-05T00:00:00.000Z"},
          {"on Sundays by both numbers", "0 0 * * 7", "2026-11-23T00:00:00Z", "2026-11-29T00:00:00.000Z"},
          {"at weekends", "0 0 * * sat-sun", "2026-11-28T00:00:00Z", "2026-11-29T00:00:00.000Z"},
          {"over the end of a year", "@yearly", "2026-11-22T00:00:00Z", "2027-01-01T00:00:00.000Z"},
          {"weekly is on Sundays", "@Weekly", "2026-11-22T00:00:00Z", "2026-11-29T00:00:00.000Z"},
          {"in leap years", "0 0 29 2 *", "2026-11-22T00:00:00Z", "2028-02-29T00:00:00.000Z"},
          {"never", "0 0 30 2 *", "2026-11-22T00:00:00Z", "never"},
          {"over a year that is no leap year", "0 0 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00.000Z"},
          {"on a weekday that day seldom has", "0 0 29 2 */7", "2072-03-01T00:00:00Z", "2088-02-29T00:00:00.000Z"},
          {"in real time as well", "*/5 * 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00.000Z"},
      });
}

TEST(CronNext, TakesEitherOfDayAndWeekdayWhenBothAreRestricted) {
  expect_case(kUtc, {
                        {"the weekday comes first", "0 0 13 * fri", "2026-11-22T00:00:00Z", "2026-11-27T00:00:00.000Z"},
                        {"the day comes first", "0 0 23 * fri", "2026-11-22T00:00:00Z", "2026-11-23T00:00:00.000Z"},
                        {"a star with a step is no restriction of its own", "0 0 */2 * fri", "2026-11-22T00:00:00Z",
                         "2026-11-27T00:00:00.000Z"},
                    });
}

TEST(CronNext, TakesTheFirstMomentAfterAGapForWhatIsInIt) {
  expect_case(
      kBudapest,
      {
          {"the day before", "15 2 * * *", "2026-03-28T00:00:00Z", "2026-03-28T01:15:00.000Z"},
          {"in the gap", "15 2 * * *", "2026-03-28T01:15:00Z", "2026-03-29T01:00:00.000Z"},
          {"only once", "15 2 * * *", "2026-03-29T01:00:00Z", "2026-03-30T00:15:00.000Z"},
          {"at its begin", "0 2 * * *", "2026-03-29T00:59:00Z", "2026-03-29T01:00:00.000Z"},
          {"several in it count as one", "0,20,40 2 * * *", "2026-03-29T01:00:00Z", "2026-03-30T00:00:00.000Z"},
          {"together with what is right after it", "0,30 2,3 * * *", "2026-03-29T00:00:00Z",
           "2026-03-29T01:00:00.000Z"},
          {"and then what follows", "0,30 2,3 * * *", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00.000Z"},
          {"the hour before is as ever", "45 1 * * *", "2026-03-29T00:00:00Z", "2026-03-29T00:45:00.000Z"},
          {"a weekday that is only the gap's day", "30 2 29 3 *", "2026-01-01T00:00:00Z", "2026-03-29T01:00:00.000Z"},
      });
  expect_case(kLordHowe, {{"of half an hour", "10 2 * * *", "2026-10-03T12:00:00Z", "2026-10-03T15:30:00.000Z"}});
  expect_case(kApia, {{"of a day", "15 2 * * *", "2011-12-29T13:00:00Z", "2011-12-30T10:00:00.000Z"},
                      {"after it", "15 2 * * *", "2011-12-30T10:00:00Z", "2011-12-30T12:15:00.000Z"}});
}

TEST(CronNext, TakesTheFirstOfTwoWhereClocksGoBack) {
  expect_case(kBudapest,
              {
                  {"the first pass", "30 2 * * *", "2026-10-24T23:00:00Z", "2026-10-25T00:30:00.000Z"},
                  {"not the second", "30 2 * * *", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00.000Z"},
                  {"nor when asked within it", "30 2 * * *", "2026-10-25T01:10:00Z", "2026-10-26T01:30:00.000Z"},
                  {"a list of hours is no star", "0 0-23 * * *", "2026-10-25T00:00:00Z", "2026-10-25T02:00:00.000Z"},
                  {"three o'clock comes once", "0 3 * * *", "2026-10-24T12:00:00Z", "2026-10-25T02:00:00.000Z"},
              });
  expect_case(kLordHowe, {{"by half an hour", "45 1 * * *", "2026-04-04T14:45:00Z", "2026-04-05T15:15:00.000Z"}});
}

TEST(CronNext, FollowsRealTimeWhereMinuteOrHourBeginsWithAStar) {
  expect_case(
      kBudapest,
      {
          {"into the second pass", "*/15 * * * *", "2026-10-25T00:45:00Z", "2026-10-25T01:00:00.000Z"},
          {"within it", "*/15 * * * *", "2026-10-25T01:00:00Z", "2026-10-25T01:15:00.000Z"},
          {"to its end", "*/15 * * * *", "2026-10-25T01:30:59Z", "2026-10-25T01:45:00.000Z"},
          {"and out of it", "*/15 * * * *", "2026-10-25T01:45:00Z", "2026-10-25T02:00:00.000Z"},
          {"by the hour", "0 * * * *", "2026-10-25T00:00:00Z", "2026-10-25T01:00:00.000Z"},
          {"by name", "@hourly", "2026-10-25T00:00:00Z", "2026-10-25T01:00:00.000Z"},
          {"by minutes of one hour", "*/30 2 * * *", "2026-10-25T00:30:00Z", "2026-10-25T01:00:00.000Z"},
          {"over a gap", "*/20 * * * *", "2026-03-29T00:40:00Z", "2026-03-29T01:00:00.000Z"},
          {"after a gap that has all of it", "*/20 2 * * *", "2026-03-28T01:40:00Z", "2026-03-29T01:00:00.000Z"},
          {"and only once", "*/20 2 * * *", "2026-03-29T01:00:00Z", "2026-03-30T00:00:00.000Z"},
          {"not where more comes soon", "*/20 */2 * * *", "2026-03-29T00:40:00Z", "2026-03-29T02:00:00.000Z"},
          {"but where it comes later", "45 */2 * * *", "2026-03-28T23:50:00Z", "2026-03-29T01:00:00.000Z"},
      });
  expect_case(kLordHowe, {{"by half an hour", "*/15 * * * *", "2026-04-04T14:45:00Z", "2026-04-04T15:00:00.000Z"},
                          {"in its second pass", "*/15 * * * *", "2026-04-04T15:00:00Z", "2026-04-04T15:15:00.000Z"}});
  expect_case(kApia, {{"over a lost day", "*/30 * * * *", "2011-12-30T09:30:00Z", "2011-12-30T10:00:00.000Z"},
                      {"on which alone it is", "*/30 * 30 12 *", "2011-12-01T00:00:00Z", "2011-12-30T10:00:00.000Z"}});
}

TEST(CronIsEverDue, IsFalseForDaysThatDoNotExist) {
  for (const auto* expression : {"0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 30,31 feb */2"})
    EXPECT_FALSE(cron(expression).is_ever_due()) << expression;
  for (const auto* expression : {"0 0 29 2 *", "0 0 29 2 */6", "0 0 30 2 mon", "0 0 31 * *", "* * * * *"})
    EXPECT_TRUE(cron(expression).is_ever_due()) << expression;
}

TEST(CronParse, NamesTheFieldThatIsWrong) {
  EXPECT_EQ(fault_in("0 25 * * *"), "hour: 25 is not from 0 to 23");
  EXPECT_EQ(fault_in("60 * * * *"), "minute: 60 is not from 0 to 59");
  EXPECT_EQ(fault_in("* * 0 * *"), "day: 0 is not from 1 to 31");
  EXPECT_EQ(fault_in("* * * jun-foo *"), "month: foo is not from 1 to 12 and no name such as feb");
  EXPECT_EQ(fault_in("* * * * 8"), "weekday: 8 is not from 0 to 7 and no name such as mon");
  EXPECT_EQ(fault_in("* 5-2 * * *"), "hour: 5-2 runs backwards");
  EXPECT_EQ(fault_in("* * * * fri-mon"), "weekday: fri-mon runs backwards");
  EXPECT_EQ(fault_in("*/0 * * * *"), "minute: 0 is no step from 1 to 59");
  EXPECT_EQ(fault_in("*/90 * * * *"), "minute: 90 is no step from 1 to 59");
  EXPECT_EQ(fault_in("1,,2 * * * *"), "minute: nothing is not from 0 to 59");
  EXPECT_EQ(fault_in("* * * *"), "schedule: it has 4 fields, not the five minute, hour, day, month and weekday");
  EXPECT_EQ(fault_in(""), "schedule: it has 0 fields, not the five minute, hour, day, month and weekday");
  EXPECT_EQ(fault_in("@reboot"), "schedule: after @ there must be hourly, daily, weekly, monthly or yearly");
}

TEST(CronParse, RefusesWhatIsNoField) {
  for (const auto* field : {"a", "-1", "+1", "1-", "-", "1-2-3", "/5", "*/", "1/", "1//2", "**", "1 .5", "0x1", "1,",
                            ",1", "99999999999999999999", "*-5", "1-*"}) {
    EXPECT_NE(fault_in(std::string(field) + " * * * *"), "") << field;
  }
  EXPECT_THAT(fault_in(std::string(1000, '*')), HasSubstr("more than 500"));
  EXPECT_TRUE(text::is_valid_utf8(fault_in("\xFF * * * *")));
}

RC_GTEST_PROP(CronParse, SurvivesAnyText, (const std::string& text)) {
  const auto parsed = Cron::parse(text);
  RC_ASSERT(parsed || text::is_valid_utf8(parsed.error().message));
}

// A field as a list of values, and as nothing but those.
struct Listed {
  std::string text;
  std::set<unsigned> values;
};

Listed any_list(unsigned first, unsigned last) {
  const auto chosen = *rc::gen::arbitrary<std::uint64_t>();
  Listed field{std::to_string(last), {last}};
  for (unsigned value = first; value < last; ++value) {
    if ((chosen >> value & 1) == 0) continue;
    field.values.insert(value);
    field.text += ',' + std::to_string(value);
  }
  return field;
}

RC_GTEST_PROP(CronMatches, WhatItsListsContain, ()) {
  const auto minute = any_list(0, 59);
  const auto hour = any_list(0, 23);
  const auto day = any_list(1, 31);
  const auto month = any_list(1, 12);
  const auto listed = cron(minute.text + ' ' + hour.text + ' ' + day.text + ' ' + month.text + " *");
  const auto local = kUtc.local(Time(minutes(*rc::gen::inRange(0, 60 * 24 * 365 * 60))));
  const auto date = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day ymd(date);
  const auto of_day = static_cast<unsigned>((local - date).count());
  const bool expected = minute.values.contains(of_day % 60) && hour.values.contains(of_day / 60) &&
                        day.values.contains(static_cast<unsigned>(ymd.day())) &&
                        month.values.contains(static_cast<unsigned>(ymd.month()));
  RC_ASSERT(listed.matches(local) == expected);
}

bool matches_from(const Cron& schedule, Time first, Time last, const ZoneTable& zone) {
  for (; first <= last; first += 1min) {
    if (schedule.matches(zone.local(first))) return true;
  }
  return false;
}

// By definition: the first minute whose local time matches, or before which local times were skipped of which one
// matches, where none of the next hour does.
std::optional<Time> next_match(const Cron& schedule, Time after, Time end, const ZoneTable& zone) {
  for (auto now = std::chrono::floor<minutes>(after) + 1min; now <= end; now += 1min) {
    if (schedule.matches(zone.local(now))) return now;
    for (auto skipped = zone.local(now - 1min) + 1min; skipped < zone.local(now); skipped += 1min) {
      if (schedule.matches(skipped) && !matches_from(schedule, now, now + 1h, zone)) return now;
    }
  }
  return std::nullopt;
}

// By definition: the first minute at which local time, having reached a new latest, passed over a match.
std::optional<Time> next_passed_over(const Cron& schedule, Time after, Time end, const ZoneTable& zone) {
  auto latest = zone.local(after);
  for (auto before = after - 26h; before < after; before += 1min) latest = std::max(latest, zone.local(before));
  for (auto now = std::chrono::floor<minutes>(after) + 1min; now <= end; now += 1min) {
    for (; latest < zone.local(now);) {
      latest += 1min;
      if (schedule.matches(latest)) return now;
    }
  }
  return std::nullopt;
}

bool begins_with_star(const std::string& minute, const std::string& hour) {
  return minute.starts_with('*') || hour.starts_with('*');
}

void check_against_brute_force(const ZoneTable& zone) {
  const auto minute = *rc::gen::element<std::string>("0", "30", "*/15", "7,45", "59", "*");
  const auto hour = *rc::gen::element<std::string>("*", "1", "2", "3", "2,3", "*/6", "0-4");
  const auto day = *rc::gen::element<std::string>("*", "*", "29", "25", "1,30", "*/2");
  const auto weekday = *rc::gen::element<std::string>("*", "*", "0", "sat", "1-5");
  const auto schedule = cron(minute + ' ' + hour + ' ' + day + " * " + weekday);
  const auto change = *rc::gen::elementOf(zone.changes);
  const auto after = change.first + std::chrono::seconds(*rc::gen::inRange(-26 * 3600, 26 * 3600));
  const auto end = after + 30h;
  const auto next = schedule.next(after, zone_of_table(zone));
  const auto expected = begins_with_star(minute, hour) ? next_match(schedule, after, end, zone)
                                                       : next_passed_over(schedule, after, end, zone);
  if (expected)
    RC_ASSERT(next == expected);
  else
    RC_ASSERT(!next || *next > end);
}

RC_GTEST_PROP(CronNext, AgreesWithBruteForceAroundTheChangesOfBudapest, ()) {
  check_against_brute_force(kBudapest);
}
RC_GTEST_PROP(CronNext, AgreesWithBruteForceAroundHalfAnHour, ()) {
  check_against_brute_force(kLordHowe);
}
RC_GTEST_PROP(CronNext, AgreesWithBruteForceAroundALostDay, ()) {
  check_against_brute_force(kApia);
}

}  // namespace
}  // namespace holdfast::core
