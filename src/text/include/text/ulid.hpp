#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "text/time.hpp"

// ULIDs: 26 characters of Crockford base 32, sortable by time.
namespace holdfast::text {

// 48 bits of milliseconds, then 80 bits from `entropy`.
std::string make_ulid(Time time, std::span<const std::byte, 10> entropy);
bool is_ulid(std::string_view text);

}  // namespace holdfast::text
