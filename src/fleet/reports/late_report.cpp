#include "reports/late_report.hpp"
#include "store/reports/reports.hpp"

#include <algorithm>

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;
using core::milliseconds;

// Before it there was nothing that reports. Machines without a clock of their own begin in 1970, 2000 or 2015.
constexpr core::Time kClocksAreSetFrom = std::chrono::sys_days(std::chrono::year(2020) / 1 / 1);
// How long a clock drifts, or reports are under way, before it is another one.
constexpr milliseconds kSameClock = 2min;
constexpr milliseconds kMostJitter = 30s;
// Moments are told to the second.
constexpr milliseconds kLeastJitter = 1500ms;

// Whether as much time passed between two reports as between the moments that they name.
bool in_step(milliseconds late_by, milliseconds late_by_before, milliseconds elapsed) {
  const auto jitter = std::clamp<milliseconds>(elapsed / 30, kLeastJitter, kMostJitter);
  const auto between_moments = elapsed - (late_by - late_by_before);
  return elapsed >= 1s && between_moments > 0s && std::chrono::abs(late_by - late_by_before) <= jitter;
}

}  // namespace

std::optional<milliseconds> clock_behind(const store::ClockEvidence& before, milliseconds late_by, core::Time now) {
  // The same as before, to the millisecond, so that nothing is told anew each time.
  if (before.behind && std::chrono::abs(late_by - *before.behind) <= kSameClock) return before.behind;
  if (now - late_by < kClocksAreSetFrom) return late_by;
  if (before.late_by && in_step(late_by, *before.late_by, now - before.late_at)) return late_by;
  // What a host with such a clock kept back.
  if (before.behind && late_by > *before.behind) return before.behind;
  return std::nullopt;
}

}  // namespace holdfast::fleet
