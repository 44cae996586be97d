#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace holdfast::core {

bool is_valid_utf8(std::string_view text);

// The text with every byte that is not part of valid UTF-8 replaced by U+FFFD: file names and output of other programs
// may be any bytes, what is stored and sent is always UTF-8.
std::string to_valid_utf8(std::string_view bytes);

// At most `limit` bytes of valid UTF-8, cut between code points.
std::string_view truncate_utf8(std::string_view text, std::size_t limit);

// Whether there is a control character (below U+0020, or U+007F) in it: names must not have one.
bool has_control_character(std::string_view text);

std::string_view trim(std::string_view text);
std::string to_lower_ascii(std::string_view text);

}  // namespace holdfast::core
