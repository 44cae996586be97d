#pragma once

#include <string>

#include "core/status/limits.hpp"
#include "hosts/limits/limits_view.hpp"
#include "http/message.hpp"

// Limits as people type them: hours, minutes, percentages.
namespace holdfast::web {

// With what is set there. `holds`: what the host is judged by at present; nothing where it differs from host to host.
views::LimitsForm show_limits(views::Url action, const core::LimitSet& set, const core::HostLimits* holds = nullptr);
// With what was typed, because of `error`.
void keep_typed(views::LimitsForm& shown, const http::Form& typed, std::string error);

core::Result<core::LimitSet> read_limits(const http::Form& form);

// The age of a backup alone, in hours; empty: none is set.
std::string hours_text(const std::optional<std::chrono::seconds>& age);
core::Result<std::optional<std::chrono::seconds>> read_hours(std::string_view typed);

// "last good backup 192 hours, disk Warning 90%"
std::string limits_text(const core::LimitSet& set);

}  // namespace holdfast::web
