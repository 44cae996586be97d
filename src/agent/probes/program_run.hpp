#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "runtime/async/errands.hpp"
#include "runtime/process/subprocess.hpp"

namespace holdfast::agent {

// Runs a program of the system that tells of its hardware or services: on a thread of its own, because one that waits
// for a dead disk does not even end when it is killed. Nothing when it is not installed, takes longer than
// `time_limit`, or is still running from an earlier time.
runtime::Task<std::optional<runtime::CommandOutput>> run_system_program(runtime::Errands& errands,
                                                                        std::vector<std::string> arguments,
                                                                        std::chrono::milliseconds time_limit);

// The same for a thread that may wait: without a limit where none is given.
std::optional<runtime::CommandOutput> run_system_program_here(
    std::vector<std::string> arguments, std::chrono::milliseconds time_limit = std::chrono::years(1));

}  // namespace holdfast::agent
