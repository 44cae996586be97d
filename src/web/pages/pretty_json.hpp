#pragma once

#include <string>
#include <string_view>

namespace holdfast::web {

// The document with line breaks and two blanks for each level; everything else, numbers above all, stays as it was
// written. What is no JSON comes out as some text of about the same length. Nesting is shown up to 40 levels.
std::string pretty_json(std::string_view document);

}  // namespace holdfast::web
