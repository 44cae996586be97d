#pragma once

#include <string_view>

namespace holdfast::fleet {

// How what agents sign in with begins.
inline constexpr std::string_view kBearerPrefix = "hfa";

}  // namespace holdfast::fleet
