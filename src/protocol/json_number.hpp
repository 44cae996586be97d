#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

// Numbers of JSON from their text. simdjson's own reader refuses numbers that fit no 64 bits, which a document may have
// where nobody asks for them.
namespace holdfast::protocol {

struct JsonNumber {
  double value;
  std::optional<std::uint64_t> whole;  // exactly, when it is a whole number from 0 to 2^63-1, also as 1.0 or 1e9
};

// By the grammar of JSON alone, whatever its size.
bool is_json_number(std::string_view text);

// Nothing for what is not a number or fits no double.
std::optional<JsonNumber> read_json_number(std::string_view text);

}  // namespace holdfast::protocol
