#pragma once

#include <string>
#include <string_view>

// What text needs of ASCII alone, the same in every locale.
namespace holdfast::text {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr char to_lower_ascii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string to_lower_ascii(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);

// Without the blanks, tabs and line ends around it.
std::string_view trim(std::string_view text);

// Whether there is a control character (below U+0020, or U+007F) in it: names must not have one.
bool has_control_character(std::string_view text);

}  // namespace holdfast::text
