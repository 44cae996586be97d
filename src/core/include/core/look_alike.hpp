#pragma once

#include <string>
#include <string_view>

// Names that people take for one another.
namespace holdfast::core {

// Whether a character is in it that nobody sees, or that is seen as another one: controls (Cc), format characters (Cf),
// and blanks other than U+0020. A name must not have one. Of valid UTF-8.
bool has_hidden_character(std::string_view text);

// What is left of a name when everything is taken away by which look-alikes differ: case, hidden characters, letters of
// other scripts that look like Latin ones, 0 and O, 1 and l. Two names with the same form look alike.
std::string look_alike_form(std::string_view name);

}  // namespace holdfast::core
