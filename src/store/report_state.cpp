#include "protection.hpp"
#include "ranks.hpp"
#include "report_rows.hpp"
#include "sqlite.hpp"
#include "store/reports.hpp"

// What the newest report of a host says.
namespace holdfast::store {
namespace {

constexpr std::string_view kSet =
    "UPDATE host_state SET reported_at = ?2, received_at = ?3, flags = ?4, controller_version = ?5, config_hash = ?6, "
    "health = ?7, issue = ?8, issues = ?9, cpu = ?10, memory = ?11, swap = ?12, load = ?13, temperature = ?14, "
    "disk = ?15, disk_mount = ?16, disk_used = ?17, disk_total = ?18, containers = ?19, containers_running = ?20, "
    "containers_unhealthy = ?21, uptime = ?22 "
    "WHERE host = ?1 AND coalesce(reported_at < ?2 OR reported_at > ?3 + ?23, true)";
// What one report says of backups stays when the next says nothing of them.
constexpr std::string_view kSetBackup =
    "UPDATE host_state SET backup_said_at = ?2, backup_at = ?4, backup_run_at = ?5, backup_status = ?6, "
    "backup_next = ?7, snapshots = ?8, repository_bytes = ?9 "
    "WHERE host = ?1 AND coalesce(backup_said_at < ?2 OR backup_said_at > ?3 + ?10, true)";
constexpr std::string_view kFind =
    "SELECT h.uid, (SELECT id FROM reports WHERE host = s.host AND at = s.reported_at), s.reported_at, s.received_at, "
    "s.flags, s.controller_version, s.config_hash, s.health, s.issue, s.issues, s.cpu, s.memory, s.swap, s.load, "
    "s.temperature, s.disk, s.disk_mount, s.disk_used, s.disk_total, s.containers, s.containers_running, "
    "s.containers_unhealthy, s.backup_at, s.backup_run_at, s.backup_status, s.backup_next, s.snapshots, "
    "s.repository_bytes, s.uptime "
    "FROM host_state AS s JOIN hosts AS h ON h.id = s.host WHERE h.uid = ?1 AND s.reported_at IS NOT NULL";

ReportState read_state(Statement& row) {
  ReportState state;
  core::ReportFigures& f = state.figures;
  int flags = 0;
  std::optional<int> health;
  row.read(state.host, state.report, state.at, state.received_at, flags, state.controller_version, state.config_hash,
           health, f.issue, f.issues, f.cpu_percent, f.memory_percent, f.swap_percent, f.load, f.temperature_celsius,
           f.disk_percent, f.disk_mount, f.disk_used_bytes, f.disk_total_bytes, f.containers, f.containers_running,
           f.containers_unhealthy, f.backup_at, f.backup_run_at, f.backup_status, f.backup_next, f.snapshots,
           f.repository_bytes, f.uptime_seconds);
  state.clock_ahead = (flags & kClockAhead) != 0;
  if (health) f.health = health_of(*health);
  return state;
}

bool set_all_but_backup(Connection& connection, std::int64_t host, const ReportState& state) {
  const core::ReportFigures& f = state.figures;
  const int flags = state.clock_ahead ? kClockAhead : 0;
  const std::optional<int> health = f.health ? std::optional(number_of(*f.health)) : std::nullopt;
  return connection.run(kSet, host, state.at, state.received_at, flags, state.controller_version, state.config_hash,
                        health, f.issue, f.issues, f.cpu_percent, f.memory_percent, f.swap_percent, f.load,
                        f.temperature_celsius, f.disk_percent, f.disk_mount, f.disk_used_bytes, f.disk_total_bytes,
                        f.containers, f.containers_running, f.containers_unhealthy, f.uptime_seconds,
                        kMomentSpread.count()) == 1;
}

void set_backup(Connection& connection, std::int64_t host, const ReportState& state) {
  const core::ReportFigures& f = state.figures;
  if (!core::speaks_of_backups(f)) return;
  if (connection.run(kSetBackup, host, state.at, state.received_at, f.backup_at, f.backup_run_at, f.backup_status,
                     f.backup_next, f.snapshots, f.repository_bytes, kMomentSpread.count()) == 1) {
    update_protected_at(connection, host);
  }
}

}  // namespace

bool set_report_state(Transaction& transaction, const ReportState& state) {
  Connection& connection = transaction.connection();
  const std::int64_t host = key_of(connection, state.host);
  set_backup(connection, host, state);
  return set_all_but_backup(connection, host, state);
}

std::optional<ReportState> find_report_state(View& view, const core::HostId& host) {
  return view.connection().find(kFind, read_state, host);
}

}  // namespace holdfast::store
