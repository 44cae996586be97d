#include "core/schedule/cron.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "schedule/cron_field.hpp"
#include "text/ascii.hpp"

// When clocks are set an hour is missing, or comes twice. A schedule that names the minute and the hour goes by
// local time: what a gap skipped is due once after it, and what comes twice is due once. One with * in either goes
// by real time, as in cron, but what a gap skipped is not lost. A search ends after 41 years.
namespace holdfast::core {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::minutes;

constexpr std::size_t kMaxBytes = 500;
constexpr auto kHorizon = days(41 * 366);
constexpr auto kCalendar = days(28 * 366);
// So soon after a gap what it has skipped comes anyway.
constexpr auto kSoon = minutes(60);

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kShorthands{{
    {"@hourly", "0 * * * *"},
    {"@daily", "0 0 * * *"},
    {"@midnight", "0 0 * * *"},
    {"@weekly", "0 0 * * 0"},
    {"@monthly", "0 0 1 * *"},
    {"@yearly", "0 0 1 1 *"},
    {"@annually", "0 0 1 1 *"},
}};

Result<std::string_view> expand(std::string_view expression) {
  const auto name = text::to_lower_ascii(expression);
  for (const auto& [shorthand, fields] : kShorthands) {
    if (name == shorthand) return fields;
  }
  if (!expression.starts_with('@')) return expression;
  return bad_cron("schedule", "after @ there must be hourly, daily, weekly, monthly or yearly");
}

std::vector<std::string_view> split_at_blanks(std::string_view text) {
  std::vector<std::string_view> parts;
  for (text = text::trim(text); !text.empty(); text = text::trim(text)) {
    const auto part = text.substr(0, text.find_first_of(" \t\r\n"));
    parts.push_back(part);
    text.remove_prefix(part.size());
  }
  return parts;
}

// The moment from which a local time has been reached.
Time reached_at(LocalMinutes local, const Zone& zone) {
  const auto instant = zone.to_instant(local);
  return instant.at.value_or(instant.after_gap);
}

}  // namespace

Result<Cron> Cron::parse(std::string_view expression) {
  if (expression.size() > kMaxBytes)
    return bad_cron("schedule", fmt::format("it has more than {} characters", kMaxBytes));
  const auto fields = expand(text::trim(expression));
  if (!fields) return std::unexpected(fields.error());
  const auto parts = split_at_blanks(*fields);
  if (parts.size() != std::size(kCronFields)) {
    return bad_cron("schedule",
                    fmt::format("it has {} fields, not the five minute, hour, day, month and weekday", parts.size()));
  }
  std::array<std::uint64_t, std::size(kCronFields)> bits{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto field = read_cron_field(kCronFields[i], parts[i]);
    if (!field) return std::unexpected(field.error());
    bits[i] = *field;
  }
  Cron cron;
  cron.minutes_ = bits[0];
  cron.hours_ = bits[1];
  cron.days_ = bits[2];
  cron.months_ = bits[3];
  cron.weekdays_ = (bits[4] | bits[4] >> 7) & 0x7F;
  cron.any_day_ = parts[2].starts_with('*');
  cron.any_weekday_ = parts[4].starts_with('*');
  cron.by_real_time_ = parts[0].starts_with('*') || parts[1].starts_with('*');
  return cron;
}

bool Cron::matches_day(local_days day) const {
  const std::chrono::year_month_day date(day);
  if (!months_[static_cast<unsigned>(date.month())]) return false;
  const bool day_fits = days_[static_cast<unsigned>(date.day())];
  const bool weekday_fits = weekdays_[std::chrono::weekday(day).c_encoding()];
  return any_day_ || any_weekday_ ? day_fits && weekday_fits : day_fits || weekday_fits;
}

bool Cron::matches(LocalMinutes local) const {
  const auto day = std::chrono::floor<days>(local);
  const auto minute = static_cast<std::size_t>((local - day).count());
  return hours_[minute / 60] && minutes_[minute % 60] && matches_day(day);
}

bool Cron::is_ever_due() const {
  // Days and weekdays meet in every way within 28 years.
  const local_days begin(std::chrono::year(2000) / 1 / 1);
  for (auto day = begin; day < begin + kCalendar; day += days(1)) {
    if (matches_day(day)) return true;
  }
  return false;
}

// Within one day, from `begin` on.
std::optional<Time> Cron::next_in_day(LocalMinutes begin, Time after, const Zone& zone) const {
  const auto end = std::chrono::floor<days>(begin) + days(1);
  for (auto local = begin; local < end; local += minutes(1)) {
    if (!matches(local)) continue;
    if (const auto at = reached_at(local, zone); at > after) return at;
  }
  return std::nullopt;
}

LocalMinutes Cron::next_candidate(LocalMinutes local) const {
  const auto day = std::chrono::floor<days>(local);
  if (!matches_day(day)) return day + days(1);
  const auto hour = std::chrono::floor<std::chrono::hours>(local);
  const bool hour_fits = hours_[static_cast<std::size_t>((hour - day).count())];
  return hour_fits ? local + minutes(1) : hour + std::chrono::hours(1);
}

// Skips ahead where the clock runs evenly up to there, and goes minute by minute where it is set.
std::optional<Time> Cron::next_by_real_time(Time after, const Zone& zone) const {
  const auto end = after + kHorizon;
  Time now = std::chrono::floor<minutes>(after);
  auto local = zone.to_local(now);
  while (now < end) {
    const auto candidate = next_candidate(local);
    const auto then = now + (candidate - local);
    const bool runs_evenly = zone.to_local(then) == candidate;
    now = runs_evenly ? then : now + minutes(1);
    const auto before = std::exchange(local, zone.to_local(now));
    if (matches(local)) return now;
    if (!runs_evenly && is_lost_in_gap(before, local, now, zone)) return now;
  }
  return std::nullopt;
}

// Whether a local time between two minutes that follow each other matches, and none soon after them.
bool Cron::is_lost_in_gap(LocalMinutes before, LocalMinutes behind, Time now, const Zone& zone) const {
  bool is_skipped = false;
  for (auto skipped = before + minutes(1); skipped < behind && !is_skipped; skipped += minutes(1))
    is_skipped = matches(skipped);
  for (auto later = now; is_skipped && later <= now + kSoon; later += minutes(1))
    is_skipped = !matches(zone.to_local(later));
  return is_skipped;
}

std::optional<Time> Cron::next(Time after, const Zone& zone) const {
  return by_real_time_ ? next_by_real_time(after, zone) : next_by_local_time(after, zone);
}

// A local time that was reached at or before `after` is passed over, so in the second pass of an hour that comes twice
// nothing counts again, and all that a gap has skipped counts as one.
std::optional<Time> Cron::next_by_local_time(Time after, const Zone& zone) const {
  LocalMinutes begin = zone.to_local(after) + minutes(1);
  const auto today = std::chrono::floor<days>(begin);
  for (auto day = today; day <= today + kHorizon; day += days(1)) {
    begin = std::max<LocalMinutes>(begin, day);
    if (!matches_day(day)) continue;
    if (const auto at = next_in_day(begin, after, zone)) return at;
  }
  return std::nullopt;
}

}  // namespace holdfast::core
