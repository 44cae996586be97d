#include "core/schedule/fires.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <vector>

#include "core/ids.hpp"
#include "text/time.hpp"

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

Time fire_at(std::string_view text) {
  return text::parse_time(text).value();
}

Zone utc_zone() {
  return {[](Time time) { return LocalMinutes(std::chrono::floor<std::chrono::minutes>(time.time_since_epoch())); },
          [](LocalMinutes local) { return Instant{Time(local.time_since_epoch()), {}}; }};
}

Timing timing_of(std::string_view cron, MissedRun missed = MissedRun::RunOnce) {
  return {Cron::parse(cron).value(), utc_zone(), 30min, 10min, missed};
}

TEST(DecideFires, BeginsARunWhenItsHostIsDue) {
  const auto timing = timing_of("0 2 * * *");
  const Time before = fire_at("2026-11-28T12:00:00Z");
  const auto waits = decide_fires(timing, before, fire_at("2026-11-29T02:09:59Z"));
  EXPECT_FALSE(waits.run);
  EXPECT_EQ(waits.decided, before);
  EXPECT_EQ(waits.next, fire_at("2026-11-29T02:10:00Z"));
  const auto due = decide_fires(timing, before, fire_at("2026-11-29T02:10:00Z"));
  EXPECT_EQ(due.run, (Fire{fire_at("2026-11-29T02:00:00Z"), false}));
  EXPECT_FALSE(due.missed_since);
  EXPECT_EQ(due.next, fire_at("2026-11-30T02:10:00Z"));
  EXPECT_FALSE(decide_fires(timing, due.decided, fire_at("2026-11-29T02:10:00Z")).run) << "twice";
}

TEST(DecideFires, MakesUpOnceForWhatWasMissed) {
  const Time back = fire_at("2026-11-29T08:00:00Z");
  const auto decision = decide_fires(timing_of("0 2 * * *"), fire_at("2026-11-20T12:00:00Z"), back);
  EXPECT_EQ(decision.run, (Fire{fire_at("2026-11-29T02:00:00Z"), true}));
  EXPECT_EQ(decision.missed_since, fire_at("2026-11-21T02:00:00Z"));
  EXPECT_FALSE(decide_fires(timing_of("0 2 * * *"), decision.decided, back).run);
}

TEST(DecideFires, SkipsWhatWasMissedWhereThatIsWanted) {
  const auto decision = decide_fires(timing_of("0 2 * * *", MissedRun::Skip), fire_at("2026-11-28T12:00:00Z"),
                                     fire_at("2026-11-29T02:15:00Z"));
  EXPECT_FALSE(decision.run);
  EXPECT_EQ(decision.missed_since, fire_at("2026-11-29T02:00:00Z"));
  EXPECT_EQ(decision.next, fire_at("2026-11-30T02:10:00Z"));
}

TEST(DecideFires, MakesUpForItUntilItsWindowEnds) {
  const auto timing = timing_of("0 2 * * *", MissedRun::WithinWindow);
  const Time before = fire_at("2026-11-28T12:00:00Z");
  EXPECT_TRUE(decide_fires(timing, before, fire_at("2026-11-29T02:29:59Z")).run);
  EXPECT_FALSE(decide_fires(timing, before, fire_at("2026-11-29T02:30:00Z")).run);
}

TEST(DecideFires, RepeatsNothingWhenTheClockIsSetBack) {
  const auto timing = timing_of("0 * * * *");
  const auto first = decide_fires(timing, fire_at("2026-11-29T11:30:00Z"), fire_at("2026-11-29T12:10:00Z"));
  ASSERT_TRUE(first.run);
  const auto again = decide_fires(timing, first.decided, fire_at("2026-11-29T09:10:00Z"));
  EXPECT_FALSE(again.run);
  EXPECT_EQ(again.next, fire_at("2026-11-29T13:10:00Z"));
}

TEST(DecideFires, TakesAllOfALeapForwardForOneMissedRun) {
  const auto decision =
      decide_fires(timing_of("* * * * *"), fire_at("2026-11-29T12:00:00Z"), fire_at("2031-11-29T12:00:00Z"));
  EXPECT_EQ(decision.run, (Fire{fire_at("2031-11-29T11:50:00Z"), false}));
  EXPECT_EQ(decision.missed_since, fire_at("2026-11-29T12:01:00Z"));
}

TEST(DecideFires, FindsTheLastRunOfSeldomSchedules) {
  const auto decision =
      decide_fires(timing_of("0 0 29 2 *"), fire_at("2019-11-29T12:00:00Z"), fire_at("2027-01-01T00:00:00Z"));
  ASSERT_TRUE(decision.run);
  EXPECT_TRUE(decision.run->is_late);
}

// However the clock goes and whenever it is asked, each run is begun at most once and in order; and while it is asked
// each minute none is missed.
RC_GTEST_PROP(DecideFires, DecidesEachRunOnce, ()) {
  const auto timing = timing_of(*rc::gen::element<std::string>("*/15 * * * *", "0 */6 * * *", "30 2 * * *"));
  Time now = fire_at("2026-11-29T12:00:00Z");
  Time decided = now;
  std::optional<Time> last_run;
  for (const int step : *rc::gen::container<std::vector<int>>(12, rc::gen::inRange(-600, 3000))) {
    now += std::chrono::minutes(step);
    const auto decision = decide_fires(timing, decided, now);
    RC_ASSERT(decision.decided >= decided);
    if (decision.run) {
      RC_ASSERT(decision.run->at + timing.offset <= now);
      RC_ASSERT(!last_run || decision.run->at > *last_run);
      RC_ASSERT(decision.decided == decision.run->at);
      last_run = decision.run->at;
    }
    RC_ASSERT(!decide_fires(timing, decision.decided, now).run);
    decided = decision.decided;
  }
  now = std::max(now, decided + timing.offset);
  for (int minute = 0; minute < 120; ++minute) {
    now += 1min;
    const auto decision = decide_fires(timing, decided, now);
    decided = decision.decided;
    RC_ASSERT(minute == 0 || !decision.missed_since);
  }
}

TEST(SpreadOffset, IsTheSameEachTimeAndSpreadsHosts) {
  std::map<std::int64_t, int> starts;
  for (int host = 0; host < 3000; ++host) {
    const auto offset = spread_offset("01J" + std::to_string(100'000 + host), "01JSCHEDULE", 30min);
    EXPECT_EQ(offset, spread_offset("01J" + std::to_string(100'000 + host), "01JSCHEDULE", 30min));
    EXPECT_GE(offset, 0s);
    EXPECT_LT(offset, 30min);
    ++starts[offset / 1min];
  }
  EXPECT_EQ(starts.size(), 30u);
  for (const auto& [minute, hosts] : starts) EXPECT_NEAR(hosts, 100, 50) << minute;
  EXPECT_EQ(spread_offset("host", "schedule", 0s), 0s);
}

}  // namespace
}  // namespace holdfast::core
