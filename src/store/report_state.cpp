#include <fmt/format.h>

#include <string>

#include "protection.hpp"
#include "ranks.hpp"
#include "report_rows.hpp"
#include "sqlite.hpp"
#include "store/reports.hpp"

// What the newest report of a host says.
namespace holdfast::store {
namespace {

// A state of another moment gives way when it is older than ?2, or of a time when the hub's clock was ahead.
std::string gives_way(std::string_view column) {
  return fmt::format("coalesce({0} < ?2 OR {0} > ?3 + {1}, true)", column, kMomentSpread.count());
}

std::string backup_columns(int first) {
  return fmt::format(
      "backup_said_at = ?2, backup_at = ?{}, backup_run_at = ?{}, backup_status = ?{}, backup_next = ?{}, "
      "snapshots = ?{}, repository_bytes = ?{}",
      first, first + 1, first + 2, first + 3, first + 4, first + 5);
}

// With the sign of life of note_alive().
const std::string kFigureColumns = fmt::format(
    "reported_at = ?2, received_at = ?3, silent_since = {}, flags = ?4, controller_version = ?5, config_hash = ?6, "
    "health = ?7, issue = ?8, issues = ?9, cpu = ?10, memory = ?11, "
    "swap = ?12, load = ?13, temperature = ?14, disk = ?15, disk_mount = ?16, disk_used = ?17, disk_total = ?18, "
    "containers = ?19, containers_running = ?20, containers_unhealthy = ?21, uptime = ?22",
    kSilenceBegins);
const std::string kSetFigures =
    fmt::format("UPDATE host_state SET {} WHERE host = ?1 AND {}", kFigureColumns, gives_way("reported_at"));
// What one report says of backups stays when the next says nothing of them.
const std::string kSetBackup =
    fmt::format("UPDATE host_state SET {} WHERE host = ?1 AND {}", backup_columns(4), gives_way("backup_said_at"));
// Both at once, where neither is held back: most reports.
const std::string kSetAll = fmt::format("UPDATE host_state SET {}, {} WHERE host = ?1 AND {} AND {}", kFigureColumns,
                                        backup_columns(23), gives_way("reported_at"), gives_way("backup_said_at"));
constexpr std::string_view kFind =
    "SELECT h.uid, s.reported_at, s.received_at, s.flags, s.controller_version, s.config_hash, s.health, s.issue, "
    "s.issues, s.cpu, s.memory, s.swap, s.load, s.temperature, s.disk, s.disk_mount, s.disk_used, s.disk_total, "
    "s.containers, s.containers_running, "
    "s.containers_unhealthy, s.backup_at, s.backup_run_at, s.backup_status, s.backup_next, s.snapshots, "
    "s.repository_bytes, s.uptime "
    "FROM host_state AS s JOIN hosts AS h ON h.id = s.host WHERE h.uid = ?1 AND s.reported_at IS NOT NULL";

ReportState read_state(Statement& row) {
  ReportState state;
  core::ReportFigures& f = state.figures;
  int flags = 0;
  std::optional<int> health;
  row.read(state.host, state.at, state.received_at, flags, state.controller_version, state.config_hash, health, f.issue,
           f.issues, f.cpu_percent, f.memory_percent, f.swap_percent, f.load, f.temperature_celsius, f.disk_percent,
           f.disk_mount, f.disk_used_bytes, f.disk_total_bytes, f.containers, f.containers_running,
           f.containers_unhealthy, f.backup_at, f.backup_run_at, f.backup_status, f.backup_next, f.snapshots,
           f.repository_bytes, f.uptime_seconds);
  state.clock_ahead = (flags & kClockAhead) != 0;
  if (health) f.health = health_of(*health);
  return state;
}

template <class... Backup>
bool set_figures(Connection& connection, std::string_view sql, std::int64_t host, const ReportState& state,
                 const Backup&... backup) {
  const core::ReportFigures& f = state.figures;
  const int flags = state.clock_ahead ? kClockAhead : 0;
  const std::optional<int> health = f.health ? std::optional(number_of(*f.health)) : std::nullopt;
  return connection.run(sql, host, state.at, state.received_at, flags, state.controller_version, state.config_hash,
                        health, f.issue, f.issues, f.cpu_percent, f.memory_percent, f.swap_percent, f.load,
                        f.temperature_celsius, f.disk_percent, f.disk_mount, f.disk_used_bytes, f.disk_total_bytes,
                        f.containers, f.containers_running, f.containers_unhealthy, f.uptime_seconds, backup...) == 1;
}

bool set_backup(Connection& connection, std::int64_t host, const ReportState& state) {
  const core::ReportFigures& f = state.figures;
  return connection.run(kSetBackup, host, state.at, state.received_at, f.backup_at, f.backup_run_at, f.backup_status,
                        f.backup_next, f.snapshots, f.repository_bytes) == 1;
}

bool set_all(Connection& connection, std::int64_t host, const ReportState& state) {
  const core::ReportFigures& f = state.figures;
  return set_figures(connection, kSetAll, host, state, f.backup_at, f.backup_run_at, f.backup_status, f.backup_next,
                     f.snapshots, f.repository_bytes);
}

}  // namespace

bool set_report_state(Transaction& transaction, const ReportState& state) {
  Connection& connection = transaction.connection();
  const std::int64_t host = key_of(transaction, state.host);
  if (!core::speaks_of_backups(state.figures)) return set_figures(connection, kSetFigures, host, state);
  const bool all = set_all(connection, host, state);
  if (all || set_backup(connection, host, state)) update_protected_at(connection, host);
  return all || set_figures(connection, kSetFigures, host, state);
}

std::optional<ReportState> find_report_state(View& view, const core::HostId& host) {
  return view.connection().find(kFind, read_state, host);
}

}  // namespace holdfast::store
