#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/schedule/next_runs.hpp"
#include "fleet/schedules/preview.hpp"
#include "fleet/schedules/schedules.hpp"

// What is said of schedules, by pages and API alike.
namespace holdfast::web {

// What a change of clocks does to the run; empty: nothing.
std::string_view clock_note(core::ClockChange change);
// "Sun 28 Mar 2027, 03:00"
std::string local_moment(core::LocalMinutes local);
// That clocks change within a year.
std::vector<std::string> warnings_of(const fleet::SchedulePreview& preview);
// Why what is stored may do less than somebody thinks.
std::vector<std::string> warnings_of(const fleet::ScheduleOverview& overview);

}  // namespace holdfast::web
