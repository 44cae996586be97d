#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace holdfast::http {

// Scheme, host and port as browsers write them in Origin: "https://hub.example" of "https://Hub.example:443/path".
// Nothing for what is no http or https address.
std::optional<std::string> origin_of(std::string_view url);

// Whether it is an address that a server is reached at, such as "https://hub.example" or "http://[::1]:8080/": no user,
// no path, no query.
bool is_server_address(std::string_view url);

// Whether a Host header names this machine by a name or an address that nobody else can have: "localhost:8080",
// "127.0.0.1", "[::1]:8080".
bool is_loopback_host(std::string_view host);

}  // namespace holdfast::http
