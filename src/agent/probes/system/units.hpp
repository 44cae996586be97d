#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/host_paths.hpp"
#include "runtime/async/errands.hpp"

// Services that systemd could not keep running.
namespace holdfast::agent {

// Of `systemctl list-units --failed --output=json`, or of the table that systemd before 246 prints instead. Nothing
// when it is neither.
std::optional<std::vector<std::string>> parse_failed_units(std::string_view text);

// Nothing where systemd does not run, or does not answer in time.
runtime::Task<std::optional<std::vector<std::string>>> find_failed_units(runtime::Errands& errands,
                                                                         const HostPaths& paths, std::string program,
                                                                         std::chrono::milliseconds time_limit);

}  // namespace holdfast::agent
