#pragma once

#include <string>
#include <string_view>

// Names that people take for one another, and texts that show something else than they hold.
namespace holdfast::text {

// Whether it is printable ASCII alone, as most are: nothing in it can be hidden.
bool is_plain(std::string_view text);

// Whether a character is in it that nobody sees, or that is seen as another one: controls (Cc), format characters (Cf),
// blanks other than U+0020, and marks on nothing or piled upon each other. A name must not have one. Of valid UTF-8.
bool has_hidden_character(std::string_view text);

// A name, or a text, of somebody else as it can be shown anywhere: what is hidden in it is written out as <U+202E>, so
// that it neither hides nor turns round what is beside it. A text keeps its blanks, line ends and the joints of emoji.
// Of valid UTF-8; what is shown already stays as it is.
std::string shown_name(std::string_view name);
std::string shown_text(std::string_view text);

// What is left of a name when everything is taken away by which look-alikes differ: case, hidden characters, letters of
// other scripts that look like Latin ones, 0 and O, 1 and l. Two names with the same form look alike.
std::string look_alike_form(std::string_view name);

}  // namespace holdfast::text
