#include "core/schedule/next_runs.hpp"

namespace holdfast::core {
namespace {

using std::chrono::minutes;

// Clocks were set back by no more, but when a country changed the day.
constexpr minutes kLongestRepeat{180};

bool comes_again(LocalMinutes local, Time at, const Zone& zone) {
  const auto first = zone.to_instant(local).at;
  if (first && *first != at) return true;  // it is the second
  for (minutes later(1); later <= kLongestRepeat; ++later) {
    if (zone.to_local(at + later) == local) return true;
  }
  return false;
}

ClockChange change_at(const Cron& cron, LocalMinutes local, Time at, const Zone& zone) {
  if (!cron.matches(local)) return ClockChange::Skipped;
  return comes_again(local, at, zone) ? ClockChange::Repeated : ClockChange::None;
}

}  // namespace

std::vector<NextRun> next_runs(const Cron& cron, const Zone& zone, Time after, std::size_t count, Time until) {
  std::vector<NextRun> runs;
  for (auto at = cron.next(after, zone); at && *at <= until && runs.size() < count; at = cron.next(*at, zone)) {
    const auto local = zone.to_local(*at);
    runs.push_back({*at, local, change_at(cron, local, *at, zone)});
  }
  return runs;
}

}  // namespace holdfast::core
