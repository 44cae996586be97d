#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "sqlite.hpp"

// What the tables around reports share.
namespace holdfast::store {

// In the column `flags`.
inline constexpr int kClockAhead = 1;

// As the column `hour` of open_hours counts.
inline std::int64_t hour_of(core::Time time) {
  return std::chrono::floor<std::chrono::hours>(time).time_since_epoch().count();
}

// The key of a host inside the database, for several statements about the same one.
inline constexpr std::string_view kKeyOf = "SELECT id FROM hosts WHERE uid = ?1";

// Throws when there is no such host.
inline std::int64_t key_of(Connection& connection, const core::HostId& host) {
  const std::int64_t key = connection.number(kKeyOf, host);
  if (key == 0) throw DatabaseError("There is no such host in the database.");
  return key;
}

}  // namespace holdfast::store
