#include "probes/system/kernel_text.hpp"

#include <algorithm>
#include <system_error>

#include "runtime/files/files.hpp"
#include "text/number.hpp"

namespace holdfast::agent {
namespace {

constexpr std::size_t kMostDigits = 15;  // behind the point

}  // namespace

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

std::string_view take_field(std::string_view& line) {
  constexpr std::string_view kBlanks = " \t";
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  const std::string_view field = line.substr(0, line.find_first_of(kBlanks));
  line.remove_prefix(field.size());
  return field;
}

std::optional<std::uint64_t> parse_count(std::string_view text) {
  return text::parse_number<std::uint64_t>(text);
}

// std::from_chars knows more, and brings the library of mathematics with it, which would take more memory than all that
// the agent measures.
std::optional<double> parse_decimal(std::string_view text) {
  const std::size_t point = std::min(text.find('.'), text.size());
  const auto whole = parse_count(text.substr(0, point));
  if (!whole) return std::nullopt;
  if (point == text.size()) return static_cast<double>(*whole);
  const std::string_view digits = text.substr(point + 1);
  const auto fraction = parse_count(digits);
  if (!fraction || digits.size() > kMostDigits) return std::nullopt;
  double scale = 1;
  for (std::size_t i = 0; i < digits.size(); ++i) scale *= 10;
  return (static_cast<double>(*whole) * scale + static_cast<double>(*fraction)) /
         scale;  // 2.72, not 2.7199999999999998
}

std::string read_or_empty(const std::filesystem::path& path) {
  try {
    return runtime::read_file(path).value_or("");
  } catch (const std::system_error&) {
    return {};
  }
}

double to_tenth(double value) {
  return static_cast<double>(static_cast<std::int64_t>(value * 10 + 0.5)) / 10;
}

std::optional<double> percent_of(double part, double whole) {
  if (!(whole > 0)) return std::nullopt;
  constexpr double kMost = 1e9;
  return to_tenth(std::clamp(part / whole * 100, 0.0, kMost));
}

}  // namespace holdfast::agent
