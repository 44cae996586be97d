#include "text/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>

namespace holdfast::text {
namespace {

struct Unit {
  char letter;
  std::chrono::seconds length;
};
constexpr Unit kUnits[] = {{'w', std::chrono::weeks(1)},
                           {'d', std::chrono::days(1)},
                           {'h', std::chrono::hours(1)},
                           {'m', std::chrono::minutes(1)},
                           {'s', std::chrono::seconds(1)}};
constexpr std::size_t kMostDigits = 9;  // so that no sum overflows

// Takes a number off the front.
std::optional<long> take_number(std::string_view& text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0 || digits > kMostDigits) return std::nullopt;
  long number = 0;
  std::from_chars(text.data(), text.data() + digits, number);
  text.remove_prefix(digits);
  return number;
}

}  // namespace

std::optional<std::chrono::seconds> parse_duration(std::string_view text, std::string_view units) {
  std::chrono::seconds sum{};
  const Unit* larger_units_end = std::begin(kUnits);  // each unit once, the larger first
  do {
    const auto number = take_number(text);
    if (!number || text.empty()) return std::nullopt;
    const Unit* unit = std::find_if(larger_units_end, std::end(kUnits),
                                    [&](const Unit& candidate) { return candidate.letter == text.front(); });
    if (unit == std::end(kUnits) || !units.contains(unit->letter)) return std::nullopt;
    sum += *number * unit->length;
    larger_units_end = unit + 1;
    text.remove_prefix(1);
  } while (!text.empty());
  return sum;
}

std::string format_duration(std::chrono::milliseconds duration, std::string_view space) {
  const auto seconds = std::max<std::int64_t>(std::chrono::floor<std::chrono::seconds>(duration).count(), 0);
  const std::int64_t minutes = seconds / 60;
  const std::int64_t hours = minutes / 60;
  const auto one = [&](std::int64_t count, std::string_view unit) { return fmt::format("{}{}{}", count, space, unit); };
  const auto two = [&](std::int64_t large, std::string_view unit, std::int64_t small, std::string_view small_unit) {
    return small == 0 ? one(large, unit) : one(large, unit) + " " + one(small, small_unit);
  };
  if (seconds < 60) return one(seconds, "s");
  if (minutes < 10) return two(minutes, "min", seconds % 60, "s");
  if (hours < 1) return one(minutes, "min");
  if (hours < 24) return two(hours, "h", minutes % 60, "min");
  if (hours < 48) return one(hours, "h");
  return two(hours / 24, "d", hours % 24, "h");
}

}  // namespace holdfast::text
