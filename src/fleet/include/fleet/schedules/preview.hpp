#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/schedule/next_runs.hpp"
#include "core/time.hpp"

namespace holdfast::fleet {

// What a schedule that somebody types would do.
struct SchedulePreview {
  std::string sentence;                    // "Every day at 02:15"
  std::vector<core::NextRun> runs;         // the next ones
  std::optional<core::NextRun> disturbed;  // the first within a year that meets a change of clocks
};

inline constexpr std::size_t kMostRunsShown = 50;

// Invalid when the expression cannot be read or is never due, or for a time zone that this machine does not know: the
// message begins with "cron" or "timezone".
core::Result<SchedulePreview> preview_schedule(std::string_view cron, std::string_view timezone, core::Time from,
                                               std::size_t count);

}  // namespace holdfast::fleet
