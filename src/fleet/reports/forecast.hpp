#pragma once

#include <optional>
#include <vector>

#include "core/reports/roll_up.hpp"
#include "core/time.hpp"
#include "store/reports/reports.hpp"

namespace holdfast::fleet {

// How much of the past a forecast looks at, and how much there must be at least.
inline constexpr std::chrono::days kForecastPast{7};
inline constexpr std::chrono::days kForecastLeast{2};

// When the fullest disk is full if it goes on filling as in these hours (oldest first): a straight line through them.
// Nothing when they span too little, when the disk is not filling, when no line fits, or when it takes over a year.
std::optional<core::Time> disk_full_at(const std::vector<core::RollUp>& hours, core::Time now);

}  // namespace holdfast::fleet
