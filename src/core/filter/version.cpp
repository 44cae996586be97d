#include "filter/version.hpp"

#include <algorithm>

#include "core/filter/filter.hpp"
#include "text/ascii.hpp"

namespace holdfast::core {
namespace {

std::string_view without_v(std::string_view text) {
  if (text.starts_with('v') || text.starts_with('V')) text.remove_prefix(1);
  return text;
}

// The digits in front, taken off.
std::string_view take_digits(std::string_view& text) {
  const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto digits = text.substr(0, end);
  text.remove_prefix(end);
  return digits;
}

int sign_of(std::strong_ordering order) {
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

// Digits of any length as numbers; none are 0.
int compare_digits(std::string_view a, std::string_view b) {
  a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
  b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return sign_of(a <=> b);
}

// "1.4.2" of both, taken off.
int compare_numbers(std::string_view& a, std::string_view& b) {
  const auto take_dot = [](std::string_view& text) {
    const bool more = text.size() > 1 && text.front() == '.' && text::is_digit(text[1]);
    if (more) text.remove_prefix(1);
    return more;
  };
  int order = 0;
  for (bool more = true; more;) {
    const int here = compare_digits(take_digits(a), take_digits(b));
    if (order == 0) order = here;
    const bool more_of_a = take_dot(a);
    more = take_dot(b) || more_of_a;
  }
  return order;
}

// "rc.9" before "rc.10": digits as numbers, the rest as text.
int compare_naturally(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (text::is_digit(a.front()) && text::is_digit(b.front())) {
      if (const int order = compare_digits(take_digits(a), take_digits(b)); order != 0) return order;
      continue;
    }
    if (a.front() != b.front()) return sign_of(a.front() <=> b.front());
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  return sign_of(a.size() <=> b.size());
}

// What follows the numbers, without the build: "1.4-rc1" is older than "1.4".
int compare_suffixes(std::string_view a, std::string_view b) {
  a = a.substr(0, a.find('+'));
  b = b.substr(0, b.find('+'));
  if (a.empty() || b.empty()) return static_cast<int>(a.empty()) - static_cast<int>(b.empty());
  return compare_naturally(a, b);
}

}  // namespace

bool is_version(std::string_view text) {
  const auto number = without_v(text);
  return !number.empty() && text::is_digit(number.front()) && number.find_first_of(" ,") == std::string_view::npos;
}

int compare_versions(std::string_view a, std::string_view b) {
  if (!is_version(a) || !is_version(b)) return static_cast<int>(is_version(a)) - static_cast<int>(is_version(b));
  a = without_v(a);
  b = without_v(b);
  const int order = compare_numbers(a, b);
  return order != 0 ? order : compare_suffixes(a, b);
}

}  // namespace holdfast::core
