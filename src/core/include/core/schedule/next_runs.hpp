#pragma once

#include <cstddef>
#include <vector>

#include "core/schedule/cron.hpp"
#include "core/time.hpp"
#include "text/time.hpp"

namespace holdfast::core {

// What setting the clocks does to a run.
enum class ClockChange {
  None,
  Skipped,  // its local time does not exist that day: it is at the first moment after the gap
  Repeated  // its local time comes twice that day
};

struct NextRun {
  Time at;
  LocalMinutes local;  // what clocks show then
  ClockChange change = ClockChange::None;

  bool operator==(const NextRun&) const = default;
};

// At most `count`, after `after` and up to `until`, or to the last moment that can be written.
std::vector<NextRun> next_runs(const Cron& cron, const Zone& zone, Time after, std::size_t count,
                               Time until = text::kLatest);

}  // namespace holdfast::core
