#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

// What stands between the blanks of a filter.
namespace holdfast::core {

struct FilterPart {
  std::string written;       // as it stands in the filter
  std::string text;          // without quotes, in lower case
  std::vector<bool> quoted;  // for each byte of `text`

  // The byte at `at` when it may have a meaning of its own: '\0' where it was quoted, and past the end.
  char sign(std::size_t at) const { return at < text.size() && !quoted[at] ? text[at] : '\0'; }
};

Result<std::vector<FilterPart>> split_filter(std::string_view text);

// "disk:>full: after > there must be a number"
std::unexpected<Error> bad_filter(std::string_view part, std::string_view what);

}  // namespace holdfast::core
