#include <fmt/format.h>

#include <string>

#include "hosts/ranks.hpp"
#include "reports/report_rows.hpp"
#include "sqlite/dialect.hpp"
#include "sqlite/sqlite.hpp"
#include "status/status_columns.hpp"
#include "store/hosts/fleet_list.hpp"

// The status of hosts as it was last judged, and when it is to be judged again.
namespace holdfast::store {
namespace {

constexpr std::string_view kColumns =
    "findings = ?, since = ?, changes_at = ?, cause = ?, unprotected = ?, backup_limit = ?, silence_limit = ?, "
    "disk_warning = ?, disk_down = ?";
// Most of the time the state and the last good backup stay, and the index by which lists are sorted is left alone.
const std::string kSetSameState =
    fmt::format("UPDATE host_state SET {} WHERE rank = ? AND protected_at = ? AND host = ?", kColumns);
const std::string kSetState =
    fmt::format("UPDATE host_state SET {}, rank = ?, protected_at = ? WHERE host = ?", kColumns);
const std::string kFind =
    fmt::format("SELECT {} FROM host_state AS s WHERE host = (SELECT id FROM hosts WHERE uid = ?)", kStatusColumns);
const std::string kListDue = fmt::format(
    "SELECT h.uid FROM host_state AS s {} hosts AS h ON h.id = s.host WHERE s.changes_at <= ? ORDER BY s.changes_at "
    "LIMIT ?",
    kJoinInOrder);
constexpr std::string_view kNextChange =
    "SELECT changes_at FROM host_state WHERE changes_at IS NOT NULL ORDER BY changes_at LIMIT 1";

// Leaves changes_at alone, because more than silence moves a status: one that is judged too early loses nothing.
const std::string kShiftSilence =
    "UPDATE host_state SET silent_since = " + lesser_of("silent_since + ?", "?") + " WHERE silent_since < ?";
constexpr std::string_view kSilentSince =
    "SELECT silent_since FROM host_state WHERE host = (SELECT id FROM hosts WHERE uid = ?)";
constexpr std::string_view kSetSilentSince =
    "UPDATE host_state SET silent_since = ? WHERE host = (SELECT id FROM hosts WHERE uid = ?)";
const std::string kNoteAlive = fmt::format(
    "UPDATE host_state SET silent_since = {} WHERE host = (SELECT id FROM hosts WHERE uid = ?) "
    "AND coalesce(silent_since < ? OR silent_since > ?, true)",
    silence_begins());
// All of them: each was judged by a time that has not come yet.
constexpr std::string_view kSetClockBack =
    "UPDATE host_state SET silent_since = CASE WHEN silent_since > ? THEN ? ELSE silent_since END, changes_at = ?";
constexpr std::string_view kMakeAllDue = "UPDATE host_state SET changes_at = ?";

}  // namespace

void set_status(Transaction& transaction, const core::HostId& host, const core::JudgedStatus& status) {
  Connection& connection = connection_of(transaction);
  const std::int64_t key = key_of(transaction, host);
  const std::string findings = to_json(status.findings);
  const auto set = [&](std::string_view sql) {
    const auto limit = [&](auto field) { return status.limits ? std::optional(field(*status.limits)) : std::nullopt; };
    return connection.run(sql, findings, status.since, status.changes_at, core::to_text(status.cause()),
                          status.unprotected, limit([](const core::JudgedBy& by) { return by.backup_age.count(); }),
                          limit([](const core::JudgedBy& by) { return by.silence_warning.count(); }),
                          limit([](const core::JudgedBy& by) { return by.disk_warning; }),
                          limit([](const core::JudgedBy& by) { return by.disk_down; }), rank_of(status.state),
                          status.protected_at.value_or(core::Time{}), key);
  };
  if (set(kSetSameState) == 0) set(kSetState);
}

std::optional<core::JudgedStatus> find_status(View& view, const core::HostId& host) {
  return connection_of(view).find(kFind, read_stored_status, host).value_or(std::nullopt);
}

std::vector<core::HostId> list_due_statuses(View& view, core::Time now, std::size_t limit) {
  return connection_of(view).list(kListDue, read_one<core::HostId>, now, limit);
}

std::optional<core::Time> next_status_change(View& view) {
  return connection_of(view).find(kNextChange, read_one<std::optional<core::Time>>).value_or(std::nullopt);
}

void shift_silence(Transaction& transaction, core::Time now, core::milliseconds gap) {
  connection_of(transaction).run(kShiftSilence, gap.count(), now, now);
}

std::optional<core::Time> silent_since(View& view, const core::HostId& host) {
  return connection_of(view).find(kSilentSince, read_one<std::optional<core::Time>>, host).value_or(std::nullopt);
}

void set_silent_since(Transaction& transaction, const core::HostId& host, core::Time since) {
  connection_of(transaction).run(kSetSilentSince, since, host);
}

void note_alive(Transaction& transaction, const core::HostId& host, core::Time at, core::Time now) {
  connection_of(transaction).run(kNoteAlive, at, at, now, host, at, now);
}

void make_all_due(Transaction& transaction, core::Time now) {
  connection_of(transaction).run(kMakeAllDue, now);
}

void note_clock_set_back(Transaction& transaction, core::Time now) {
  connection_of(transaction).run(kSetClockBack, now, now, now);
}

}  // namespace holdfast::store
