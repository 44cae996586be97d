#pragma once

#include <string_view>

// The small grammar that headers, targets and forms share.
namespace holdfast::http {

// Takes the part up to the next `separator` off the front of `rest`.
std::string_view take_until(std::string_view& rest, char separator);

// Whether a header's comma-separated list has `token`.
bool has_token(std::string_view list, std::string_view token);

}  // namespace holdfast::http
