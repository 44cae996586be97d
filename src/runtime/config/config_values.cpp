#include <string>

#include "runtime/config/config.hpp"
#include "text/ascii.hpp"

namespace holdfast::runtime {

std::optional<bool> parse_bool(std::string_view text) {
  const std::string lower = text::to_lower_ascii(text);
  if (lower == "true" || lower == "yes" || lower == "on") return true;
  if (lower == "false" || lower == "no" || lower == "off") return false;
  return std::nullopt;
}

}  // namespace holdfast::runtime
