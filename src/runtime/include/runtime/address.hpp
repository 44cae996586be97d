#pragma once

#include <string>
#include <string_view>

namespace holdfast::runtime {

// Who is taken for one sender when tries are counted: an IPv4 address (also one written as IPv6), the /64 of an IPv6
// address, of which everybody with one address has the whole. What is no address stays as it is.
std::string network_of(std::string_view address);

// Whether only this machine can use the address: 127.0.0.0/8 and ::1. A name is none, whatever it begins with.
bool is_loopback(std::string_view address);

}  // namespace holdfast::runtime
