#pragma once

#include <optional>
#include <string>
#include <string_view>

// Percent-encoding (RFC 3986) and its dialect of forms.
namespace holdfast::text {

// All but letters, digits and - . _ ~ is encoded: fits one path segment, a query value and a user's name or password.
std::string percent_encode(std::string_view text);
void append_percent_encoded(std::string& out, std::string_view text);

// Undoes percent-encoding. Nothing when it is malformed, or when what comes out is not UTF-8 or has a NUL.
std::optional<std::string> percent_decode(std::string_view text);
// The same for forms and queries, where '+' is a space.
std::optional<std::string> form_decode(std::string_view text);

}  // namespace holdfast::text
