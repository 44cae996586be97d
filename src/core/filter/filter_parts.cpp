#include "filter/filter_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "text/ascii.hpp"
#include "text/utf8.hpp"

namespace holdfast::core {
namespace {

constexpr std::size_t kMaxParts = 20;
constexpr std::size_t kShownBytes = 60;
constexpr std::string_view kBlanks = " \t\r\n";

Result<> check_text(std::string_view text) {
  if (!text::is_valid_utf8(text)) return fail(ErrorKind::Invalid, "filter_invalid", "the filter is not valid UTF-8");
  const auto is_bad = [](char c) { return text::has_control_character({&c, 1}) && !kBlanks.contains(c); };
  if (std::ranges::any_of(text, is_bad))
    return fail(ErrorKind::Invalid, "filter_invalid", "the filter contains a control character");
  return {};
}

// Takes one part off the front of `rest`, which does not begin with a blank. Within quotes a backslash makes the next
// byte stand for itself.
Result<FilterPart> take_part(std::string_view& rest) {
  FilterPart part;
  bool in_quotes = false;
  std::size_t at = 0;
  for (; at < rest.size() && (in_quotes || !kBlanks.contains(rest[at])); ++at) {
    if (rest[at] == '"') {
      in_quotes = !in_quotes;
      continue;
    }
    if (in_quotes && rest[at] == '\\' && at + 1 < rest.size()) ++at;
    part.text += rest[at];
    part.quoted.push_back(in_quotes);
  }
  part.written = rest.substr(0, at);
  part.text = text::to_lower_ascii(part.text);
  rest.remove_prefix(at);
  if (in_quotes) return bad_filter(part.written, "the closing \" is missing");
  if (part.text.empty()) return bad_filter(part.written, "there is nothing between the quotes");
  return part;
}

}  // namespace

std::unexpected<Error> bad_filter(std::string_view part, std::string_view what) {
  const auto shown = text::truncate_utf8(part, kShownBytes);
  return fail(ErrorKind::Invalid, "filter_invalid",
              fmt::format("{}{}: {}", shown, shown.size() < part.size() ? "…" : "", what));
}

Result<std::vector<FilterPart>> split_filter(std::string_view text) {
  if (auto checked = check_text(text); !checked) return std::unexpected(checked.error());
  std::vector<FilterPart> parts;
  std::string_view rest = text;
  while (true) {
    rest.remove_prefix(std::min(rest.find_first_not_of(kBlanks), rest.size()));
    if (rest.empty()) return parts;
    auto part = take_part(rest);
    if (!part) return std::unexpected(part.error());
    parts.push_back(*std::move(part));
    if (parts.size() > kMaxParts)
      return fail(ErrorKind::Invalid, "filter_invalid", fmt::format("a filter has at most {} parts", kMaxParts));
  }
}

}  // namespace holdfast::core
