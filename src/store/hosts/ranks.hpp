#pragma once

#include <utility>

#include "core/database_error.hpp"
#include "core/reports/report.hpp"
#include "core/status/status.hpp"
#include "store/sqlite/database.hpp"

// What host_state keeps as numbers: a state in the column `rank`, worst first, and a health in the column `health`.
namespace holdfast::store {

constexpr int rank_of(core::HostState state) {
  switch (state) {
    case core::HostState::Down:
      return 0;
    case core::HostState::Warning:
      return 1;
    case core::HostState::Paused:
      return 2;
    case core::HostState::Waiting:
      return 3;
    case core::HostState::Ok:
      return 4;
  }
  std::unreachable();
}

inline core::HostState state_of_rank(int rank) {
  for (const auto state : {core::HostState::Down, core::HostState::Warning, core::HostState::Paused,
                           core::HostState::Waiting, core::HostState::Ok}) {
    if (rank_of(state) == rank) return state;
  }
  throw core::DatabaseError("A stored host is in a state that this program does not know.");
}

constexpr int number_of(core::Health health) {
  switch (health) {
    case core::Health::Ok:
      return 0;
    case core::Health::Warn:
      return 1;
    case core::Health::Fail:
      return 2;
  }
  std::unreachable();
}

inline core::Health health_of(int number) {
  if (number == 0) return core::Health::Ok;
  return number == 1 ? core::Health::Warn : core::Health::Fail;
}

}  // namespace holdfast::store
