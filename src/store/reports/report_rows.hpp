#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/reports/report_state.hpp"
#include "core/time.hpp"
#include "sqlite/dialect.hpp"
#include "sqlite/sqlite.hpp"
#include "store/reports/reports.hpp"

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

// What the newest report of a host says, as columns of host_state AS s and hosts AS h.
inline constexpr std::string_view kReportStateColumns =
    "h.uid, s.reported_at, s.received_at, s.flags, s.controller_version, s.config_hash, s.health, s.issue, s.issues, "
    "s.cpu, s.memory, s.swap, s.load, s.temperature, s.disk, s.disk_mount, s.disk_used, s.disk_total, s.containers, "
    "s.containers_running, s.containers_unhealthy, s.backup_at, s.backup_run_at, s.backup_status, s.backup_next, "
    "s.snapshots, s.repository_bytes, s.uptime, s.containers_troubled, s.troubled_containers, s.clock_behind";
// Nothing: it never reported.
std::optional<core::ReportState> read_report_state(Statement& row);
// Of the column reported_runs.
std::vector<core::JobState> read_reported_runs(Statement& row);

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
