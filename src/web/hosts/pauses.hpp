#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/hosts/host.hpp"
#include "core/time.hpp"
#include "fleet/hosts/hosts.hpp"

// Pauses of hosts and customers, as the API and forms send them.
namespace holdfast::web {

// The body of a request to pause something: {until?, reason?}.
core::Result<core::Pause> read_pause(std::string_view body);

// When a pause ends, as a form sends it: RFC 3339, or in UTC without a zone. Empty: without an end.
core::Result<std::optional<core::Time>> read_pause_end(std::string_view text);
// What was typed, as its field takes it: in UTC, to the minute; empty when it was no time.
std::string pause_end_field(std::string_view typed);

}  // namespace holdfast::web
