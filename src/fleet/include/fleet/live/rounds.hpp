#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "runtime/async/task.hpp"

namespace holdfast::fleet {

// Runs `round` again and again, with `pause` in between, until cancelled. What fails in one round (the disk is full,
// say) is logged when it begins and when it is over, and the next round tries again.
runtime::Task<> run_rounds(std::string name, std::chrono::steady_clock::duration pause,
                           std::function<runtime::Task<>()> round);

}  // namespace holdfast::fleet
