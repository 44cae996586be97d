#pragma once

#include <optional>
#include <string_view>

namespace holdfast::core {

// From best to worst, so that the worst of several is their maximum.
enum class HostState { Ok, Waiting, Paused, Warning, Down };

std::string_view to_text(HostState state);  // "ok", "waiting", "paused", "warning", "down"
std::optional<HostState> parse_host_state(std::string_view text);

}  // namespace holdfast::core
