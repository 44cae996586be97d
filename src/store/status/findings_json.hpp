#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/status/finding.hpp"

// Findings as JSON text, as host_state keeps them. A finding that this program does not know, and one that is damaged,
// is passed over: the host is judged again soon.
namespace holdfast::store {

std::string to_json(const std::vector<core::Finding>& findings);
std::vector<core::Finding> findings_from_json(std::string_view text);

}  // namespace holdfast::store
