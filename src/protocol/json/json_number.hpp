#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

// Numbers of JSON from their text. simdjson's own reader refuses numbers that fit no 64 bits, which a document may have
// where nobody asks for them.
namespace holdfast::protocol {

// By the grammar of JSON alone, whatever its size.
bool is_json_number(std::string_view text);

// Nothing for what is not a number or fits no double.
std::optional<double> read_json_number(std::string_view text);

// A whole number from 0 to 2^63-1, exactly, also when it is written as 1.0 or 1e9; nothing for any other.
std::optional<std::uint64_t> read_json_whole(std::string_view text);

}  // namespace holdfast::protocol
