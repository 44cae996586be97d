#pragma once

#include <string>

namespace holdfast::runtime::log {

// Whether `what` was not said yet since the program started: for what is found anew at each look, as damage is. Of more
// than a thousand different things the others count as said. Safe from any thread.
bool is_first(const std::string& what);

}  // namespace holdfast::runtime::log
