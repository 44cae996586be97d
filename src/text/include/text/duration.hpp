#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::text {

// "30m", "90s", "12h", "7d", also combined ("1h30m"): each unit once, the larger first. Nothing for anything else.
// `units`: which may be used, of "wdhms".
std::optional<std::chrono::seconds> parse_duration(std::string_view text, std::string_view units = "dhms");

// In at most two units: "14 s", "2 min 42 s", "51 min", "7 h 20 min", "31 h", "3 d 4 h". Below zero is "0 s". `space`
// is what stands between a number and its unit.
std::string format_duration(std::chrono::milliseconds duration, std::string_view space = " ");

}  // namespace holdfast::text
