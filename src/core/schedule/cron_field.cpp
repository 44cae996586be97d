#include "schedule/cron_field.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "text/ascii.hpp"
#include "text/number.hpp"
#include "text/utf8.hpp"

namespace holdfast::core {
namespace {

constexpr std::size_t kShownOfField = 30;

constexpr std::string_view kMonthNames[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                            "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::string_view kWeekdayNames[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct Range {
  int first;
  int last;
};

std::unexpected<Error> bad_item(const CronField& field, std::string_view item, std::string_view fault) {
  const auto shown = item.empty() ? "nothing" : text::to_valid_utf8(text::truncate_utf8(item, kShownOfField));
  return bad_cron(field.name, fmt::format("{} {}", shown, fault));
}

std::optional<int> read_digits(std::string_view text) {
  const auto value = text::parse_number<int>(text);
  return value && *value >= 0 ? value : std::nullopt;
}

std::optional<int> read_name(const CronField& field, std::string_view text) {
  const auto found = std::ranges::find(field.names, text::to_lower_ascii(text));
  if (found == field.names.end()) return std::nullopt;
  return field.first + static_cast<int>(found - field.names.begin());
}

Result<int> read_value(const CronField& field, std::string_view text) {
  if (const auto named = read_name(field, text)) return *named;
  const auto value = read_digits(text);
  if (value && *value >= field.first && *value <= field.last) return *value;
  return bad_item(field, text,
                  field.names.empty() ? fmt::format("is not from {} to {}", field.first, field.last)
                                      : fmt::format("is not from {} to {} and no name such as {}", field.first,
                                                    field.last, field.names[1]));
}

// "*", "5", "1-5"; with a step a single value means from there on.
Result<Range> read_range(const CronField& field, std::string_view text, bool stepped) {
  if (text == "*") return Range{field.first, field.last};
  const auto dash = text.find('-');
  const auto first = read_value(field, text.substr(0, dash));
  if (!first) return std::unexpected(first.error());
  if (dash == std::string_view::npos) return Range{*first, stepped ? field.last : *first};
  auto last = read_value(field, text.substr(dash + 1));
  if (!last) return std::unexpected(last.error());
  if (field.wraps && *last == field.first && *first > *last) last = field.last;
  if (*first > *last) return bad_item(field, text, "runs backwards");
  return Range{*first, *last};
}

Result<int> read_step(const CronField& field, std::string_view text) {
  const auto step = read_digits(text);
  if (!step || *step < 1 || *step > field.last)
    return bad_item(field, text, fmt::format("is no step from 1 to {}", field.last));
  return *step;
}

Result<std::uint64_t> read_item(const CronField& field, std::string_view text) {
  const auto slash = text.find('/');
  const bool stepped = slash != std::string_view::npos;
  const auto range = read_range(field, text.substr(0, slash), stepped);
  if (!range) return std::unexpected(range.error());
  const auto step = stepped ? read_step(field, text.substr(slash + 1)) : Result<int>(1);
  if (!step) return std::unexpected(step.error());
  std::uint64_t bits = 0;
  for (int value = range->first; value <= range->last; value += *step) bits |= std::uint64_t{1} << value;
  return bits;
}

}  // namespace

const CronField kCronFields[5] = {
    {"minute", 0, 59, {}},
    {"hour", 0, 23, {}},
    {"day", 1, 31, {}},
    {"month", 1, 12, kMonthNames},
    {"weekday", 0, 7, kWeekdayNames, true},
};

std::unexpected<Error> bad_cron(std::string_view what, std::string_view fault) {
  return fail(ErrorKind::Invalid, "schedule_invalid", fmt::format("{}: {}", what, fault));
}

Result<std::uint64_t> read_cron_field(const CronField& field, std::string_view text) {
  std::uint64_t bits = 0;
  while (true) {
    const auto comma = text.find(',');
    const auto item = read_item(field, text.substr(0, comma));
    if (!item) return item;
    bits |= *item;
    if (comma == std::string_view::npos) return bits;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace holdfast::core
