#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::text {

// "30m", "90s", "12h", "7d", also combined ("1h30m"): each unit once, the larger first. Nothing for anything else.
// `units`: which may be used, of "wdhms".
std::optional<std::chrono::seconds> parse_duration(std::string_view text, std::string_view units = "dhms");

// How long something has lasted, in at most two units: "8 s", "41 min", "2 h 14 min", "3 d 4 h". Below zero is "0 s".
std::string format_age(std::chrono::milliseconds age);

}  // namespace holdfast::text
