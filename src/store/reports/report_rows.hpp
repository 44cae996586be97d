#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "sqlite/dialect.hpp"
#include "sqlite/sqlite.hpp"

// What the tables around reports share.
namespace holdfast::store {

// In the column `flags`.
inline constexpr int kClockAhead = 1;
inline constexpr int kClockBehind = 2;

// The column silent_since by a report: nobody is silent before the newest, nor later than now. To be bound: of when the
// report is, the same again, when it came.
inline std::string silence_begins() {
  return greater_of("?", lesser_of("coalesce(silent_since, ?)", "?"));
}

// As the column `hour` of open_hours counts.
inline std::int64_t hour_of(core::Time time) {
  return std::chrono::floor<std::chrono::hours>(time).time_since_epoch().count();
}

// The key of a host inside the database; 0 when there is no such host. Within a transaction that removes hosts nobody
// may ask for theirs again.
std::int64_t find_key(View& view, const core::HostId& host);
// Throws when there is no such host.
std::int64_t key_of(View& view, const core::HostId& host);

}  // namespace holdfast::store
