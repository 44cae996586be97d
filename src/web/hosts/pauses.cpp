#include "hosts/pauses.hpp"

#include <fmt/format.h>

#include "kit/json/fields.hpp"
#include "text/ascii.hpp"
#include "text/time.hpp"

namespace holdfast::web {
namespace {

constexpr std::size_t kWithoutSeconds = 16;  // "2026-11-23T08:00"

}  // namespace

core::Result<core::Pause> read_pause(std::string_view body) {
  auto fields = Fields::parse_optional(body);
  if (!fields) return std::unexpected(fields.error());
  core::Pause pause;
  pause.until = fields->time_if_given("until");
  pause.reason = fields->text_or("reason", "");
  if (auto checked = fields->check(); !checked) return std::unexpected(checked.error());
  return pause;
}

core::Result<std::optional<core::Time>> read_pause_end(std::string_view text) {
  text = text::trim(text);
  if (text.empty()) return std::nullopt;
  const auto time = text::parse_time(text.size() == kWithoutSeconds ? fmt::format("{}:00Z", text) : std::string(text));
  if (!time) return core::fail(core::ErrorKind::Invalid, "until_invalid", "This is no date and time.");
  return *time;
}

std::string pause_end_field(std::string_view typed) {
  const auto end = read_pause_end(typed);
  return end && *end ? text::format_time(**end).substr(0, kWithoutSeconds) : "";
}

}  // namespace holdfast::web
