#pragma once

#include "core/schedule/cron.hpp"
#include "runtime/time_zone.hpp"

namespace holdfast::fleet {

// A time zone of this machine as schedules ask it.
inline core::Zone zone_of(const runtime::TimeZone& zone) {
  const auto to_instant = [zone](core::LocalMinutes local) {
    const auto instant = zone.to_instant(local);
    return core::Instant{instant.at, instant.after_gap};
  };
  return {zone.to_local, to_instant};
}

}  // namespace holdfast::fleet
