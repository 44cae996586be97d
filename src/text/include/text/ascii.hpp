#pragma once

#include <string>
#include <string_view>

// What text needs of ASCII alone, the same in every locale.
namespace holdfast::text {

// Whether there is a control character (below U+0020, or U+007F) in it: names must not have one.
bool has_control_character(std::string_view text);

std::string_view trim(std::string_view text);
std::string to_lower_ascii(std::string_view text);

}  // namespace holdfast::text
