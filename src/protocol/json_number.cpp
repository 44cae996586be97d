#include "json_number.hpp"

#include <charconv>
#include <cmath>
#include <limits>

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

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::optional<Shape> number() {
    shape_.negative = take('-');
    const bool zero = is_next('0');
    const std::size_t whole = mantissa_digits();
    if (whole == 0 || (zero && whole > 1)) return std::nullopt;
    if (take('.') && (shape_.fraction = mantissa_digits()) == 0) return std::nullopt;
    if ((take('e') || take('E')) && !exponent()) return std::nullopt;
    return at_ == text_.size() ? std::optional(shape_) : std::nullopt;
  }

 private:
  bool is_next(char c) const { return at_ < text_.size() && text_[at_] == c; }
  bool take(char c) {
    const bool taken = is_next(c);
    at_ += taken;
    return taken;
  }
  bool is_digit() const { return at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; }

  std::size_t mantissa_digits() {
    const std::size_t start = at_;
    for (; is_digit(); ++at_) {
      if (++shape_.digits <= kExactDigits)
        shape_.mantissa = shape_.mantissa * 10 + static_cast<unsigned>(text_[at_] - '0');
    }
    return at_ - start;
  }
  bool exponent() {
    shape_.exponent = true;
    if (!take('-')) take('+');
    const std::size_t start = at_;
    while (is_digit()) ++at_;
    return at_ > start;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Shape shape_;
};

std::optional<double> to_double(const Shape& shape, std::string_view text) {
  // A quotient of two doubles that are exact is rounded once, and so is right.
  if (shape.is_exact() && shape.mantissa <= kExactDouble) {
    const double value = static_cast<double>(shape.mantissa) / kPowersOfTen[shape.fraction];
    return shape.negative ? -value : value;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

std::optional<std::uint64_t> to_whole(const Shape& shape, double value) {
  if (shape.is_exact() && shape.fraction == 0 && !shape.negative) {
    return shape.mantissa <= kMaxWhole ? std::optional(shape.mantissa) : std::nullopt;
  }
  constexpr double kLimit = 9223372036854775808.0;
  if (!(value >= 0 && value < kLimit) || std::trunc(value) != value) return std::nullopt;
  return static_cast<std::uint64_t>(value);
}

}  // namespace

bool is_json_number(std::string_view text) {
  return Scanner(text).number().has_value();
}

std::optional<JsonNumber> read_json_number(std::string_view text) {
  const auto shape = Scanner(text).number();
  if (!shape) return std::nullopt;
  const auto value = to_double(*shape, text);
  if (!value) return std::nullopt;
  return JsonNumber{*value, to_whole(*shape, *value)};
}

}  // namespace holdfast::protocol
