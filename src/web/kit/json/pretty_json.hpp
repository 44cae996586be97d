#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace holdfast::web {

inline constexpr std::size_t kMostPrettyBytes = 1024 * 1024;

// The document with line breaks and two blanks for each level; everything else, numbers above all, stays as it was
// written. What is no JSON comes out as some text of about the same length. Nesting is shown up to 40 levels. A
// document that would become longer than kMostPrettyBytes stays as it is.
std::string pretty_json(std::string_view document);

}  // namespace holdfast::web
