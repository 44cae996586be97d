#pragma once

#include <string_view>

namespace holdfast::fleet {

// The setting that holds until when the hub lived.
inline constexpr std::string_view kAliveAt = "hub.alive_at";

}  // namespace holdfast::fleet
