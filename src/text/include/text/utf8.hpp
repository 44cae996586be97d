#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace holdfast::text {

bool is_valid_utf8(std::string_view text);

// The text with every byte that is not part of valid UTF-8 replaced by U+FFFD: file names and output of other programs
// may be any bytes, what is stored and sent is always UTF-8.
std::string to_valid_utf8(std::string_view bytes);

// At most `limit` bytes of valid UTF-8, cut between code points.
std::string_view truncate_utf8(std::string_view text, std::size_t limit);

// Of valid UTF-8.
std::size_t count_characters(std::string_view text);

}  // namespace holdfast::text
