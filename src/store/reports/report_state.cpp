#include <fmt/format.h>

#include <string>
#include <tuple>

#include "hosts/ranks.hpp"
#include "reports/report_rows.hpp"
#include "sqlite/sqlite.hpp"
#include "store/reports/reports.hpp"

// What the newest report of a host says.
namespace holdfast::store {
namespace {

// A state of another moment gives way when it is older than the report, or of a time when the hub's clock was ahead. To
// be bound: of when the report is, and when it came.
std::string gives_way(std::string_view column) {
  return fmt::format("coalesce({0} < ? OR {0} > ? + {1}, true)", column, kMomentSpread.count());
}

// What backup_values() makes. What one report says of backups stays when the next says nothing of them. So does the
// last good one where the next knows of none, unless it says that there is no snapshot.
std::string backup_columns() {
  constexpr std::string_view kAnotherRun = "abs(? - coalesce(reported_run_at, 0)) > 60000";
  return fmt::format(
      "backup_said_at = ?, backup_at = coalesce(?, CASE WHEN ? = 0 THEN NULL ELSE backup_at END), backup_run_at = ?, "
      "backup_status = ?, backup_next = ?, snapshots = ?, repository_bytes = ?, "
      "reported_runs = CASE WHEN {0} THEN {1} ELSE reported_runs END, "
      "reported_run_at = CASE WHEN {0} THEN ? ELSE reported_run_at END",
      kAnotherRun, last_characters("reported_runs || ?", 14));
}

// What set_figures() binds, with the sign of life of note_alive().
const std::string kFigureColumns = fmt::format(
    "reported_at = ?, received_at = ?, silent_since = {}, flags = ?, controller_version = ?, config_hash = ?, "
    "health = ?, issue = ?, issues = ?, cpu = ?, memory = ?, swap = ?, load = ?, temperature = ?, disk = ?, "
    "disk_mount = ?, disk_used = ?, disk_total = ?, containers = ?, containers_running = ?, "
    "containers_unhealthy = ?, uptime = ?, containers_troubled = ?, troubled_containers = ?, clock_behind = ?",
    silence_begins());
const std::string kSetFigures =
    fmt::format("UPDATE host_state SET {} WHERE host = ? AND {}", kFigureColumns, gives_way("reported_at"));
const std::string kSetBackup =
    fmt::format("UPDATE host_state SET {} WHERE host = ? AND {}", backup_columns(), gives_way("backup_said_at"));
// Both at once, where neither is held back: most reports.
const std::string kSetAll = fmt::format("UPDATE host_state SET {}, {} WHERE host = ? AND {} AND {}", kFigureColumns,
                                        backup_columns(), gives_way("reported_at"), gives_way("backup_said_at"));
constexpr std::string_view kReportedRuns =
    "SELECT reported_runs FROM host_state WHERE host = (SELECT id FROM hosts WHERE uid = ?)";
const std::string kFind =
    fmt::format("SELECT {} FROM host_state AS s JOIN hosts AS h ON h.id = s.host WHERE h.uid = ?", kReportStateColumns);
constexpr std::string_view kFindEvidence =
    "SELECT clock_behind, late_by, late_at FROM host_state WHERE host = (SELECT id FROM hosts WHERE uid = ?)";
constexpr std::string_view kNoteLate = "UPDATE host_state SET late_by = ?, late_at = ? WHERE host = ?";

std::optional<core::milliseconds> milliseconds_of(std::optional<std::int64_t> count) {
  return count ? std::optional(core::milliseconds(*count)) : std::nullopt;
}

std::optional<std::int64_t> count_of(std::optional<core::milliseconds> time) {
  return time ? std::optional(std::int64_t{time->count()}) : std::nullopt;
}

ClockEvidence read_evidence(Statement& row) {
  std::optional<std::int64_t> behind;
  std::optional<std::int64_t> late_by;
  ClockEvidence evidence;
  row.read(behind, late_by, evidence.late_at);
  evidence.behind = milliseconds_of(behind);
  evidence.late_by = milliseconds_of(late_by);
  return evidence;
}

// `more` is what `sql` has behind the figures.
template <class... More>
bool set_figures(Connection& connection, std::string_view sql, const core::ReportState& state, const More&... more) {
  const core::ReportFigures& f = state.figures;
  const int flags = state.clock_ahead ? kClockAhead : 0;
  const std::optional<int> health = f.health ? std::optional(number_of(*f.health)) : std::nullopt;
  return connection.run(sql, state.at, state.received_at, state.at, state.at, state.received_at, flags,
                        state.controller_version, state.config_hash, health, f.issue, f.issues, f.cpu_percent,
                        f.memory_percent, f.swap_percent, f.load, f.temperature_celsius, f.disk_percent, f.disk_mount,
                        f.disk_used_bytes, f.disk_total_bytes, f.containers, f.containers_running,
                        f.containers_unhealthy, f.uptime_seconds, f.containers_troubled, f.troubled_containers,
                        count_of(state.clock_behind), more...) == 1;
}

bool set_figures_alone(Connection& connection, std::int64_t host, const core::ReportState& state) {
  return set_figures(connection, kSetFigures, state, host, state.at, state.received_at);
}

// Of the run that the report tells of; empty where it does not tell how that ended.
std::string_view letter_of(const core::ReportFigures& figures) {
  switch (core::read_backup_word(figures.backup_status)) {
    case core::BackupWord::Good:
      return "o";
    case core::BackupWord::Partial:
      return "p";
    case core::BackupWord::Failed:
      return "x";
    case core::BackupWord::Running:
    case core::BackupWord::Unknown:
      break;
  }
  return "";
}

// Only a run that ended is counted.
auto backup_values(const core::ReportState& state) {
  const core::ReportFigures& f = state.figures;
  const std::string_view letter = letter_of(f);
  const auto run_at = letter.empty() ? std::nullopt : f.backup_run_at;
  return std::tuple(state.at, f.backup_at, f.snapshots, f.backup_run_at, std::string_view(f.backup_status),
                    f.backup_next, f.snapshots, f.repository_bytes, run_at, letter, run_at, run_at);
}

void set_backup(Connection& connection, std::int64_t host, const core::ReportState& state) {
  const auto set = [&](const auto&... values) {
    connection.run(kSetBackup, values..., host, state.at, state.received_at);
  };
  std::apply(set, backup_values(state));
}

bool set_all(Connection& connection, std::int64_t host, const core::ReportState& state) {
  const auto set = [&](const auto&... values) {
    return set_figures(connection, kSetAll, state, values..., host, state.at, state.received_at, state.at,
                       state.received_at);
  };
  return std::apply(set, backup_values(state));
}

core::JobState state_of_letter(char letter) {
  if (letter == 'o') return core::JobState::Succeeded;
  return letter == 'p' ? core::JobState::Partial : core::JobState::Failed;
}

}  // namespace

std::optional<core::ReportState> read_report_state(Statement& row) {
  core::ReportState state;
  core::ReportFigures& f = state.figures;
  std::optional<core::Time> reported_at;
  int flags = 0;
  std::optional<int> health;
  std::optional<std::int64_t> behind;
  row.read(state.host, reported_at, state.received_at, flags, state.controller_version, state.config_hash, health,
           f.issue, f.issues, f.cpu_percent, f.memory_percent, f.swap_percent, f.load, f.temperature_celsius,
           f.disk_percent, f.disk_mount, f.disk_used_bytes, f.disk_total_bytes, f.containers, f.containers_running,
           f.containers_unhealthy, f.backup_at, f.backup_run_at, f.backup_status, f.backup_next, f.snapshots,
           f.repository_bytes, f.uptime_seconds, f.containers_troubled, f.troubled_containers, behind);
  if (!reported_at) return std::nullopt;
  state.at = *reported_at;
  state.clock_behind = milliseconds_of(behind);
  state.clock_ahead = (flags & kClockAhead) != 0;
  if (health) f.health = health_of(*health);
  return state;
}

std::vector<core::JobState> read_reported_runs(Statement& row) {
  std::vector<core::JobState> runs;
  for (const char letter : read_text(row)) runs.push_back(state_of_letter(letter));
  return runs;
}

bool set_report_state(Transaction& transaction, const core::ReportState& state) {
  Connection& connection = connection_of(transaction);
  const std::int64_t host = key_of(transaction, state.host);
  if (!core::speaks_of_backups(state.figures)) return set_figures_alone(connection, host, state);
  const bool all = set_all(connection, host, state);
  if (!all) set_backup(connection, host, state);
  return all || set_figures_alone(connection, host, state);
}

std::vector<core::JobState> reported_runs(View& view, const core::HostId& host) {
  return connection_of(view).find(kReportedRuns, read_reported_runs, host).value_or(std::vector<core::JobState>());
}

std::optional<core::ReportState> find_report_state(View& view, const core::HostId& host) {
  return connection_of(view).find(kFind, read_report_state, host).value_or(std::nullopt);
}

ClockEvidence find_clock_evidence(View& view, const core::HostId& host) {
  return connection_of(view).find(kFindEvidence, read_evidence, host).value_or(ClockEvidence());
}

void note_late_report(Transaction& transaction, const core::HostId& host, core::milliseconds late_by, core::Time at) {
  connection_of(transaction).run(kNoteLate, late_by.count(), at, key_of(transaction, host));
}

}  // namespace holdfast::store
