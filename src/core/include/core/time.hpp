#pragma once

#include <chrono>

#include "text/time.hpp"

namespace holdfast::core {

using std::chrono::milliseconds;
using std::chrono::seconds;
using text::Time;  // what is stored and sent

}  // namespace holdfast::core
