#pragma once

#include <chrono>

namespace holdfast::core {

// How far apart the reports of an agent are, unless it is told otherwise.
inline constexpr std::chrono::minutes kReportInterval{15};

}  // namespace holdfast::core
