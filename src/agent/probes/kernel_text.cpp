#include "probes/kernel_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include "runtime/files.hpp"

namespace holdfast::agent {
namespace {

template <class Number>
std::optional<Number> parse_whole(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

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
  return parse_whole<std::uint64_t>(text);
}

std::optional<double> parse_real(std::string_view text) {
  const auto number = parse_whole<double>(text);
  return number && std::isfinite(*number) ? number : std::nullopt;
}

std::string read_or_empty(const std::filesystem::path& path) {
  try {
    return runtime::read_file(path).value_or("");
  } catch (const std::system_error&) {
    return {};
  }
}

std::optional<double> percent_of(double part, double whole) {
  if (!(whole > 0)) return std::nullopt;
  return std::round(part / whole * 1000) / 10;
}

}  // namespace holdfast::agent
