#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "core/schedule/cron.hpp"
#include "core/time.hpp"

// When a host is to begin what a schedule says, whatever its clock and its power did meanwhile. Whoever asks keeps one
// moment for each schedule, up to which all is decided, and so no run is begun twice or forgotten.
namespace holdfast::core {

// What becomes of a run that did not begin when it was due.
enum class MissedRun {
  RunOnce,      // it is made up for once, however many were missed
  Skip,         // the next one is awaited
  WithinWindow  // as RunOnce, but only until the window of the last one ends
};

struct Timing {
  Cron cron;
  Zone zone;
  seconds window{};  // in which the hosts of a schedule are spread
  seconds offset{};  // of this host within it: spread_offset()
  MissedRun missed = MissedRun::RunOnce;
};

// A run by its moment of the schedule, which is the same for all hosts.
struct Fire {
  Time at;
  bool is_late = false;  // it makes up for a missed one

  bool operator==(const Fire&) const = default;
};

struct FireDecision {
  std::optional<Fire> run;           // to be begun now
  std::optional<Time> missed_since;  // the first of those that were not begun when they were due
  Time decided;                      // up to which all is decided now: to be kept before anything is begun
  std::optional<Time> next;          // when there is something to decide again, by this clock
};

// `decided`: of the decision before, or when the schedule was made. Where the clock was set back behind it nothing is
// due until it is reached again.
FireDecision decide_fires(const Timing& timing, Time decided, Time now);

// The same for the same host and schedule, in whole seconds from 0 to below `window`; spread evenly over hosts.
seconds spread_offset(std::string_view host, std::string_view schedule, seconds window);

}  // namespace holdfast::core
