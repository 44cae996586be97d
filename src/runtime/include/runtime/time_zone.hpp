#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>

// The clocks of the world, from the machine's time zone database (package tzdata).
namespace holdfast::runtime {

using UtcTime = std::chrono::sys_time<std::chrono::milliseconds>;
using LocalMinutes = std::chrono::local_time<std::chrono::minutes>;

// What a time zone makes of a local time.
struct LocalInstant {
  std::optional<UtcTime> at;  // the moment; the first of two where clocks go back
  UtcTime after_gap;          // where clocks skip that local time: the first moment after the gap
};

// Both functions may be called from any thread, for as long as the program runs.
struct TimeZone {
  std::function<LocalMinutes(UtcTime)> to_local;  // cut to the minute
  std::function<LocalInstant(LocalMinutes)> to_instant;
};

// The zone of an IANA name such as "Europe/Budapest" or "UTC"; nothing when there is none of that name. Throws
// std::runtime_error when there is no database. Zones that are read stay in memory as they are: another version of the
// database is read after a restart. Behind the changes that the database lists, which end in 2037, its rules go on.
std::optional<TimeZone> find_zone(std::string_view name);

}  // namespace holdfast::runtime
