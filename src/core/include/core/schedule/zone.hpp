#pragma once

#include "core/schedule/cron.hpp"

namespace holdfast::core {

// A time zone of the machine (runtime::TimeZone) as schedules ask it.
template <class TimeZone>
Zone zone_of(const TimeZone& zone) {
  const auto to_instant = [zone](LocalMinutes local) {
    const auto instant = zone.to_instant(local);
    return Instant{instant.at, instant.after_gap};
  };
  return {zone.to_local, to_instant};
}

}  // namespace holdfast::core
