#pragma once

#include <optional>
#include <string_view>

#include "core/hosts/host.hpp"
#include "sqlite/sqlite.hpp"
#include "store/accounts/customers.hpp"

// A pause as the columns paused_since, paused_until, pause_reason and paused_by have it.
namespace holdfast::store {

inline std::optional<core::Pause> read_pause(Statement& row) {
  std::optional<core::Time> since;
  core::Pause pause;
  row.read(since, pause.until, pause.reason, pause.by);
  if (!since) return std::nullopt;
  pause.since = *since;
  return pause;
}

// The pause, unless it has ended by `now`.
inline std::optional<core::Pause> in_effect(const std::optional<core::Pause>& pause, core::Time now) {
  if (pause && pause->until && *pause->until <= now) return std::nullopt;
  return pause;
}

// `sql` sets the four columns, in this order, where the id is the last of its values.
template <class Id>
void write_pause(Connection& connection, std::string_view sql, const Id& id, const std::optional<core::Pause>& pause) {
  const core::Pause values = pause.value_or(core::Pause{});
  std::optional<core::Time> since;
  if (pause) since = pause->since;
  connection.run(sql, since, values.until, values.reason, values.by, id);
}

}  // namespace holdfast::store
