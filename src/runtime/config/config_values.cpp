#include <algorithm>
#include <charconv>
#include <string>

#include "runtime/config/config.hpp"

namespace holdfast::runtime {
namespace {

struct Unit {
  char letter;
  std::chrono::seconds length;
};
constexpr Unit kUnits[] = {{'d', std::chrono::days(1)},
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

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  std::chrono::seconds sum{};
  const Unit* larger_units_end = std::begin(kUnits);  // each unit once, the larger first
  do {
    const auto number = take_number(text);
    if (!number || text.empty()) return std::nullopt;
    const Unit* unit = std::find_if(larger_units_end, std::end(kUnits),
                                    [&](const Unit& candidate) { return candidate.letter == text.front(); });
    if (unit == std::end(kUnits)) return std::nullopt;
    sum += *number * unit->length;
    larger_units_end = unit + 1;
    text.remove_prefix(1);
  } while (!text.empty());
  return sum;
}

std::optional<bool> parse_bool(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (lower == "true" || lower == "yes" || lower == "on") return true;
  if (lower == "false" || lower == "no" || lower == "off") return false;
  return std::nullopt;
}

}  // namespace holdfast::runtime
