#pragma once

#include <chrono>
#include <string>

namespace holdfast::text {

// How long something has lasted, in at most two units: "8 s", "41 min", "2 h 14 min", "3 d 4 h". Below zero is "0 s".
std::string format_age(std::chrono::milliseconds age);

}  // namespace holdfast::text
