#include "core/schedule/retention.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>
#include <optional>
#include <utility>

// One walk from the newest to the oldest, as restic does it: a snapshot of another hour, day and so on than the one
// that the rule kept before is kept, while the rule has something left. The oldest of all is kept by any that has, so
// that the history reaches back as far as it can.
namespace holdfast::core {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::local_days;
using LocalTime = std::chrono::local_time<milliseconds>;

constexpr int kMaxInSpan = 9999;

LocalTime local_of(const DatedSnapshot& snapshot) {
  return LocalTime(snapshot.at.time_since_epoch() + snapshot.utc_offset);
}

// Numbers that differ when the hours, days and so on do.
using Period = std::int64_t (*)(LocalTime);

std::int64_t hour_of(LocalTime local) {
  return std::chrono::floor<hours>(local).time_since_epoch().count();
}
std::int64_t day_of(LocalTime local) {
  return std::chrono::floor<days>(local).time_since_epoch().count();
}
// From Monday on; the first of them was a Thursday.
std::int64_t week_of(LocalTime local) {
  return std::chrono::floor<std::chrono::weeks>(local + days(3)).time_since_epoch().count();
}
std::int64_t year_of(LocalTime local) {
  return int{std::chrono::year_month_day(std::chrono::floor<days>(local)).year()};
}
std::int64_t month_of(LocalTime local) {
  const std::chrono::year_month_day date(std::chrono::floor<days>(local));
  return int{date.year()} * 12 + unsigned{date.month()};
}

// The same time of day so much earlier. A day that its month does not have runs over into the next one.
LocalTime earlier(LocalTime local, const CalendarSpan& span) {
  const auto day = std::chrono::floor<days>(local);
  const std::chrono::year_month_day date(day);
  const std::chrono::year_month month =
      date.year() / date.month() - std::chrono::years(span.years) - std::chrono::months(span.months);
  const local_days begin = local_days(month / 1);
  return begin + (days(unsigned{date.day()} - 1) - days(span.days)) + (local - day) - hours(span.hours);
}

// One of the rules on the way from the newest to the oldest.
struct Rule {
  Period period = nullptr;  // null: each snapshot is one of its own
  int left = kKeepAll;
  std::optional<Time> after{};  // only those that are newer
  std::optional<std::int64_t> kept{};

  bool keeps(const DatedSnapshot& snapshot, bool is_oldest) {
    if (left == 0 || (after && snapshot.at <= *after)) return false;
    const auto value = period ? std::optional(period(local_of(snapshot))) : std::nullopt;
    if (value && value == kept && !is_oldest) return false;
    kept = value;
    if (left > 0) --left;
    return true;
  }
};

std::vector<Rule> counting_rules(const Retention& retention) {
  return {{nullptr, retention.last},   {hour_of, retention.hourly},   {day_of, retention.daily},
          {week_of, retention.weekly}, {month_of, retention.monthly}, {year_of, retention.yearly}};
}

// `newest` is the one that spans count from; null: all of them lie ahead, and everything is newer.
void add_spans(std::vector<Rule>& rules, const Retention& retention, const DatedSnapshot* newest) {
  const std::pair<CalendarSpan, Period> spans[] = {
      {retention.within, nullptr},        {retention.within_hourly, hour_of},   {retention.within_daily, day_of},
      {retention.within_weekly, week_of}, {retention.within_monthly, month_of}, {retention.within_yearly, year_of}};
  for (const auto& [span, period] : spans) {
    if (span == CalendarSpan()) continue;
    Rule rule{period};
    if (newest) rule.after = Time((earlier(local_of(*newest), span) - newest->utc_offset).time_since_epoch());
    rules.push_back(rule);
  }
}

std::vector<std::size_t> newest_first(const std::vector<DatedSnapshot>& snapshots) {
  std::vector<std::size_t> order(snapshots.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    if (snapshots[a].at != snapshots[b].at) return snapshots[a].at > snapshots[b].at;
    return snapshots[a].id < snapshots[b].id;
  });
  return order;
}

}  // namespace

std::vector<bool> kept_by(const Retention& retention, const std::vector<DatedSnapshot>& snapshots, Time now) {
  std::vector<bool> kept(snapshots.size(), retention.keeps_everything());
  if (retention.keeps_everything()) return kept;
  const auto order = newest_first(snapshots);
  const auto newest = std::ranges::find_if(order, [&](std::size_t i) { return snapshots[i].at <= now; });
  auto rules = counting_rules(retention);
  add_spans(rules, retention, newest == order.end() ? nullptr : &snapshots[*newest]);
  for (const std::size_t i : order) {
    for (Rule& rule : rules) {
      if (rule.keeps(snapshots[i], i == order.back())) kept[i] = true;
    }
  }
  return kept;
}

Result<CalendarSpan> parse_calendar_span(std::string_view text) {
  CalendarSpan span;
  const auto whole = text;
  for (const auto& [unit, count] :
       {std::pair{'y', &span.years}, {'m', &span.months}, {'d', &span.days}, {'h', &span.hours}}) {
    const auto end = text.find_first_not_of("0123456789");
    if (end == text.npos || end == 0 || text[end] != unit) continue;
    const auto [last, error] = std::from_chars(text.data(), text.data() + end, *count);
    if (error != std::errc() || *count > kMaxInSpan) break;
    text.remove_prefix(end + 1);
  }
  if (text.empty()) return span;
  return fail(ErrorKind::Invalid, "span_invalid",
              fmt::format("\"{}\" is not a span such as 14d, 6m or 1y6m: numbers up to {}, each with y, m, d or h.",
                          whole, kMaxInSpan));
}

std::string to_text(const CalendarSpan& span) {
  std::string text;
  for (const auto& [unit, count] :
       {std::pair{'y', span.years}, {'m', span.months}, {'d', span.days}, {'h', span.hours}}) {
    if (count != 0) text += fmt::format("{}{}", count, unit);
  }
  return text;
}

}  // namespace holdfast::core
