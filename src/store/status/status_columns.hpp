#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/hosts/fleet.hpp"
#include "hosts/ranks.hpp"
#include "sqlite/sqlite.hpp"
#include "status/findings_json.hpp"
#include "store/hosts/fleet_list.hpp"

// A host's status as the columns of host_state keep it.
namespace holdfast::store {

inline constexpr std::string_view kStatusColumns =
    "s.rank, s.findings, s.since, s.changes_at, s.unprotected, nullif(s.protected_at, 0), s.backup_limit, "
    "s.silence_limit, s.disk_warning, s.disk_down";

// Where those columns are read into; the limits lie beside each other in more than one statement.
struct LimitColumns {
  std::optional<std::int64_t> backup_age;
  std::int64_t silence_warning = 0;
  int disk_warning = 0;
  int disk_down = 0;

  std::optional<core::JudgedBy> judged_by() const {
    if (!backup_age) return std::nullopt;
    return core::JudgedBy{std::chrono::seconds(*backup_age), std::chrono::seconds(silence_warning), disk_warning,
                          disk_down};
  }
};

struct StatusColumns {
  core::JudgedStatus stored;
  int rank = 0;
  std::optional<core::Time> since;
  std::string findings;
  LimitColumns limits;

  // Nothing: never judged.
  std::optional<core::JudgedStatus> status() const {
    if (!since) return std::nullopt;
    core::JudgedStatus made = stored;
    made.state = state_of_rank(rank);
    made.since = *since;
    made.findings = findings_from_json(findings);
    made.limits = limits.judged_by();
    return made;
  }
};

inline std::optional<core::JudgedStatus> read_stored_status(Statement& row) {
  StatusColumns c;
  row.read(c.rank, c.findings, c.since, c.stored.changes_at, c.stored.unprotected, c.stored.protected_at,
           c.limits.backup_age, c.limits.silence_warning, c.limits.disk_warning, c.limits.disk_down);
  return c.status();
}

}  // namespace holdfast::store
