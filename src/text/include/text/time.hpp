#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::text {

// A moment in UTC with millisecond resolution.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

// The first and the last moment that RFC 3339 can write and that means anything to us.
inline constexpr Time kEarliest{};
inline constexpr Time kLatest = std::chrono::sys_days(std::chrono::year(10000) / 1 / 1) - std::chrono::milliseconds(1);
// The nearest moment between them: what is computed with times from elsewhere may be far away.
Time into_range(Time time);

// RFC 3339 in UTC with milliseconds: "2026-11-22T06:21:00.000Z". Of a moment out of range: the nearest within.
std::string format_time(Time time);

// Reads RFC 3339 with any offset and 0 to 9 fractional digits (cut to milliseconds). Nothing for anything else,
// including dates that do not exist and moments outside the years 1970 to 9999 in UTC.
std::optional<Time> parse_time(std::string_view text);

std::string format_http_date(Time time);  // "Sun, 22 Nov 2026 06:21:00 GMT"
std::string format_day(Time time);        // "22 Nov"

}  // namespace holdfast::text
