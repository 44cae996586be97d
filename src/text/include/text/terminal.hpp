#pragma once

#include <string>
#include <string_view>

namespace holdfast::text {

// Text from elsewhere as it may go to a terminal: control characters, which terminals take for commands, and those that
// turn the direction of text are shown as \\u001b; what is not UTF-8 becomes U+FFFD.
std::string for_terminal(std::string_view text);

// The same with \ before quotes and backslashes, so that it fits between the quotes of a log and of JSON.
void append_escaped(std::string& out, std::string_view text);

}  // namespace holdfast::text
