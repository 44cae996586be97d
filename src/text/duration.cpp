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

std::string format_age(std::chrono::milliseconds age) {
  const auto total = std::max<std::int64_t>(std::chrono::floor<std::chrono::seconds>(age).count(), 0);
  const auto two_units = [](std::int64_t large, std::string_view large_name, std::int64_t small,
                            std::string_view small_name) {
    return small == 0 ? fmt::format("{} {}", large, large_name)
                      : fmt::format("{} {} {} {}", large, large_name, small, small_name);
  };
  if (total < 60) return fmt::format("{} s", total);
  if (total < 3600) return fmt::format("{} min", total / 60);
  if (total < 86400) return two_units(total / 3600, "h", total % 3600 / 60, "min");
  return two_units(total / 86400, "d", total % 86400 / 3600, "h");
}

}  // namespace holdfast::text
