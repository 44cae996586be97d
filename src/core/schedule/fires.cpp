#include "core/schedule/fires.hpp"

#include <algorithm>
#include <cstdint>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

// What begins no later than this was begun when it was due: who asks sleeps, and is woken a little late.
constexpr seconds kOnTime = 2min;

// The last moment of the schedule after `after` and not after `until`. Where years have passed, only the last of them
// that has one is gone through.
std::optional<Time> last_fire(const Timing& timing, Time after, Time until) {
  for (const seconds back : {seconds(1h), seconds(24h), seconds(24h * 32), seconds(24h * 400)}) {
    auto fire = timing.cron.next(std::max(after, until - back), timing.zone);
    if (!fire || *fire > until) continue;
    for (auto next = fire; next && *next <= until; next = timing.cron.next(*next, timing.zone)) fire = next;
    return fire;
  }
  const auto fire = timing.cron.next(after, timing.zone);
  return fire && *fire <= until ? fire : std::nullopt;
}

bool is_made_up_for(const Timing& timing, Time fire, Time now) {
  switch (timing.missed) {
    case MissedRun::RunOnce:
      return true;
    case MissedRun::Skip:
      return false;
    case MissedRun::WithinWindow:
      return now < fire + timing.window;
  }
  return false;
}

}  // namespace

FireDecision decide_fires(const Timing& timing, Time decided, Time now) {
  FireDecision decision;
  decision.decided = decided;
  const auto first = timing.cron.next(decided, timing.zone);
  if (!first || *first + timing.offset > now) {
    if (first) decision.next = *first + timing.offset;
    return decision;
  }
  const Time last = last_fire(timing, decided, now - timing.offset).value_or(*first);
  const bool is_late = now - (last + timing.offset) > kOnTime;
  if (is_late || last != *first) decision.missed_since = *first;
  if (!is_late || is_made_up_for(timing, last, now)) decision.run = Fire{last, is_late};
  decision.decided = last;
  if (const auto next = timing.cron.next(last, timing.zone)) decision.next = *next + timing.offset;
  return decision;
}

// By FNV-1a, which is the same everywhere and for ever.
seconds spread_offset(std::string_view host, std::string_view schedule, seconds window) {
  if (window.count() <= 0) return {};
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::string_view part : {host, std::string_view("/"), schedule}) {
    for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return seconds(hash % static_cast<std::uint64_t>(window.count()));
}

}  // namespace holdfast::core
