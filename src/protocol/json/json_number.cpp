#include "json/json_number.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "text/ascii.hpp"

namespace holdfast::protocol {
namespace {

constexpr std::uint64_t kMaxWhole = std::numeric_limits<std::int64_t>::max();
constexpr std::uint64_t kExactDouble = 1ULL << 53;
constexpr std::size_t kExactDigits = 19;  // fit 64 bits
constexpr double kPowersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,
                                   1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19};

// The parts of a number as they are written.
struct Shape {
  bool negative = false;
  bool exponent = false;
  std::size_t digits = 0;      // before the exponent
  std::size_t fraction = 0;    // of these after the point
  std::uint64_t mantissa = 0;  // all digits as one number while they are at most kExactDigits

  bool is_exact() const { return !exponent && digits <= kExactDigits; }
};

// Reads the digits at the front of `text` into `shape`. How many there are.
std::size_t take_digits(std::string_view& text, Shape& shape) {
  std::size_t count = 0;
  std::uint64_t mantissa = shape.mantissa;
  for (; count < text.size() && text::is_digit(text[count]); ++count) {
    if (shape.digits + count < kExactDigits) mantissa = mantissa * 10 + static_cast<unsigned>(text[count] - '0');
  }
  shape.mantissa = mantissa;
  shape.digits += count;
  text.remove_prefix(count);
  return count;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// What follows the e.
bool take_exponent(std::string_view& text) {
  if (!take(text, '-')) take(text, '+');
  const auto end = std::ranges::find_if_not(text, text::is_digit);
  const bool good = end == text.end() && !text.empty();
  text = {};
  return good;
}

// False when the text is no number.
bool read_shape(std::string_view text, Shape& shape) {
  shape.negative = take(text, '-');
  const bool zero = text.starts_with('0');
  const std::size_t whole = take_digits(text, shape);
  if (whole == 0 || (zero && whole > 1)) return false;
  if (take(text, '.') && (shape.fraction = take_digits(text, shape)) == 0) return false;
  if (text.empty()) return true;
  shape.exponent = take(text, 'e') || take(text, 'E');
  return shape.exponent && take_exponent(text);
}

std::optional<double> to_double(const Shape& shape, std::string_view text) {
  if (shape.is_exact() && shape.mantissa <= kExactDouble) {
    double value = static_cast<double>(shape.mantissa);
    // A quotient of two doubles that are exact is rounded once, and so is right.
    if (shape.fraction > 0) value /= kPowersOfTen[shape.fraction];
    return shape.negative ? -value : value;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

std::optional<std::uint64_t> to_whole(std::optional<double> value) {
  constexpr double kLimit = 9223372036854775808.0;
  if (!value || !(*value >= 0 && *value < kLimit) || std::trunc(*value) != *value) return std::nullopt;
  return static_cast<std::uint64_t>(*value);
}

}  // namespace

bool is_json_number(std::string_view text) {
  Shape shape;
  return read_shape(text, shape);
}

std::optional<double> read_json_number(std::string_view text) {
  Shape shape;
  return read_shape(text, shape) ? to_double(shape, text) : std::nullopt;
}

std::optional<std::uint64_t> read_json_whole(std::string_view text) {
  Shape shape;
  if (!read_shape(text, shape)) return std::nullopt;
  if (!shape.is_exact() || shape.fraction > 0 || shape.negative) return to_whole(to_double(shape, text));
  return shape.mantissa <= kMaxWhole ? std::optional(shape.mantissa) : std::nullopt;
}

}  // namespace holdfast::protocol
