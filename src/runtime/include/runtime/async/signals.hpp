#pragma once

#include "runtime/async/task.hpp"

namespace holdfast::runtime {

// Returns the number of the first SIGTERM or SIGINT that arrives.
Task<int> wait_for_stop_signal();

// SIGPIPE and SIGXFSZ are ignored (writing fails instead), core dumps are off (they would hold secrets), standard
// input, output and error are open. First in main.
void prepare_process();

}  // namespace holdfast::runtime
