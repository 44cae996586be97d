#pragma once

#include <simdjson.h>

#include <string_view>

// What simdjson's on-demand reading leaves to whoever reads.
namespace holdfast::protocol {

namespace ondemand = simdjson::ondemand;

inline constexpr int kMaxDepth = 64;  // of objects and lists within each other

// The text of a value from its first to its last character; of an object or a list only the bracket. Reads nothing.
std::string_view token_of(ondemand::value& value);

// Reads over a value that nobody asked for, to the last character: on-demand reading checks only what it is asked for.
// `depth`: how many objects and lists it is in.
simdjson::error_code walk(ondemand::value value, int depth);

}  // namespace holdfast::protocol
