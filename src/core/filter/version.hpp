#pragma once

#include <string_view>

// Versions as programs write them: "1.4.2", "v0.18.1-dev", "2.0.0-rc.1+build5".
namespace holdfast::core {

// Whether it begins with a number, after at most a 'v', and is one word.
bool is_version(std::string_view text);

}  // namespace holdfast::core
