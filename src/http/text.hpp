#pragma once

#include <optional>
#include <string>
#include <string_view>

// The small grammar that headers, targets and forms share.
namespace holdfast::http {

bool equal_ignoring_case(std::string_view a, std::string_view b);
std::string_view trim(std::string_view text);  // spaces and tabs

// Takes the part up to the next `separator` off the front of `rest`.
std::string_view take_until(std::string_view& rest, char separator);

// Whether a header's comma-separated list has `token`.
bool has_token(std::string_view list, std::string_view token);

bool is_utf8(std::string_view text);

// Undoes percent-encoding. Nothing when it is malformed, or when what comes out is not UTF-8 or has a NUL.
std::optional<std::string> percent_decode(std::string_view text);
// The same for forms and queries, where '+' is a space.
std::optional<std::string> form_decode(std::string_view text);

}  // namespace holdfast::http
