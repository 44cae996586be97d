#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/time.hpp"

// Which snapshots of a source group stay, by the rules of restic forget 0.16 and newer: the hub decides and names the
// others by their ids, so that it does not matter which version a host has.
namespace holdfast::core {

// "1y5m7d2h": by the calendar, then by hours.
struct CalendarSpan {
  int years = 0;
  int months = 0;
  int days = 0;
  int hours = 0;

  bool operator==(const CalendarSpan&) const = default;
};

// Each unit at most once, the larger first, numbers up to 9999. An empty text is no span at all.
Result<CalendarSpan> parse_calendar_span(std::string_view text);
std::string to_text(const CalendarSpan& span);  // empty for none

inline constexpr int kKeepAll = -1;

// Every rule counts for itself, whether or not another keeps the snapshot as well; what one of them keeps stays. All
// empty keeps everything.
struct Retention {
  // The newest of each of the last so many hours, days and so on that have one; kKeepAll: of all of them.
  int last = 0;
  int hourly = 0;
  int daily = 0;
  int weekly = 0;  // ISO weeks
  int monthly = 0;
  int yearly = 0;
  // Everything newer than so long before the newest, and the newest of each hour, day and so on that are.
  CalendarSpan within{};
  CalendarSpan within_hourly{};
  CalendarSpan within_daily{};
  CalendarSpan within_weekly{};
  CalendarSpan within_monthly{};
  CalendarSpan within_yearly{};

  bool keeps_everything() const { return *this == Retention(); }
  bool operator==(const Retention&) const = default;
};

struct DatedSnapshot {
  std::string id;
  Time at;
  std::chrono::minutes utc_offset{};  // of the clock that it was made by: decides on its hour, day and so on
};

// Whether each stays. A moment after `now` is nobody's newest for a span, but counts as an hour, a day and so on. Of
// two of one moment the lesser id comes first.
std::vector<bool> kept_by(const Retention& retention, const std::vector<DatedSnapshot>& snapshots, Time now);

}  // namespace holdfast::core
