#include "core/hosts/fleet.hpp"

#include <utility>

namespace holdfast::core {

std::size_t& FleetCounts::of(HostState state) {
  switch (state) {
    case HostState::Ok:
      return ok;
    case HostState::Waiting:
      return waiting;
    case HostState::Paused:
      return paused;
    case HostState::Warning:
      return warning;
    case HostState::Down:
      return down;
  }
  std::unreachable();
}

std::optional<HostState> state_of(const CustomerRow& row) {
  if (row.pause) return HostState::Paused;
  FleetCounts counts = row.counts;
  for (const auto state : {HostState::Down, HostState::Warning, HostState::Paused, HostState::Waiting, HostState::Ok}) {
    if (counts.of(state) > 0) return state;
  }
  return std::nullopt;
}

}  // namespace holdfast::core
