#pragma once

#include <bitset>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/time.hpp"

// When something is due: cron expressions of five fields (minute hour day month weekday) with lists, ranges, steps,
// names (jan, mon; 7 is Sunday too) and @hourly @daily @weekly @monthly @yearly. As in cron, when day and weekday are
// both restricted (neither begins with '*'), either suffices.
namespace holdfast::core {

using LocalMinutes = std::chrono::local_time<std::chrono::minutes>;

// What the calendar of a time zone makes of a local time.
struct Instant {
  std::optional<Time> at;  // the moment; the first of two where clocks go back
  Time after_gap;          // where clocks skip that local time: the first moment after the gap
};

// A time zone as two questions; `runtime` has the real ones.
struct Zone {
  std::function<LocalMinutes(Time)> to_local;  // cut to the minute
  std::function<Instant(LocalMinutes)> to_instant;
};

class Cron {
 public:
  // The error names the field: "hour: 25 is not from 0 to 23", or says of the whole that "schedule: it has 4 fields,
  // …".
  static Result<Cron> parse(std::string_view expression);

  // The first moment after `after`; nothing when there is none within 41 years, in which days, weekdays and leap years
  // meet in every way. Where minute or hour begins with '*' it is about real time: every moment whose local time
  // matches, also twice where clocks go back; and where clocks skip a match and none comes within the hour after the
  // gap, the first moment after it. Else each local time counts once: where clocks skip it at the first moment after
  // the gap, and where it comes twice at the first.
  std::optional<Time> next(Time after, const Zone& zone) const;

  bool matches(LocalMinutes local) const;

  // False when its day does not exist, such as 30 February.
  bool is_ever_due() const;

  // In words: "Every day at 02:15", "Mondays and Thursdays at 01:00", "Every 15 minutes, on weekdays".
  std::string sentence() const;

 private:
  bool matches_day(std::chrono::local_days day) const;
  std::optional<Time> next_by_real_time(Time after, const Zone& zone) const;
  std::optional<Time> next_by_local_time(Time after, const Zone& zone) const;
  bool is_lost_in_gap(LocalMinutes before, LocalMinutes behind, Time now, const Zone& zone) const;
  // Before which local time nothing matches, from one that does not on.
  LocalMinutes next_candidate(LocalMinutes local) const;
  std::optional<Time> next_in_day(LocalMinutes begin, Time after, const Zone& zone) const;

  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;     // 1 to 31
  std::bitset<13> months_;   // 1 to 12
  std::bitset<7> weekdays_;  // 0 is Sunday
  bool any_day_ = false;     // the field began with '*'
  bool any_weekday_ = false;
  bool by_real_time_ = false;  // minute or hour began with '*'
};

}  // namespace holdfast::core
