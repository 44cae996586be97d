#include "store/status/status_basis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "hosts/ping_rows.hpp"
#include "hosts/ranks.hpp"
#include "sqlite/dialect.hpp"
#include "sqlite/sqlite.hpp"
#include "status/status_columns.hpp"
#include "store/hosts/limits.hpp"

namespace holdfast::store {
namespace {

const std::string kFind = fmt::format(
    "SELECT h.enrolled, h.needs_backup, h.created_at, h.last_seen_at, h.paused_since, h.paused_until, c.paused_since, "
    "c.paused_until, s.silent_since, s.reported_at, s.full_at, s.health, s.issue, s.issues, s.disk, s.disk_mount, "
    "s.backup_at, s.backup_status, s.backup_next, s.snapshots, s.repository_bytes, s.containers_troubled, "
    "s.troubled_containers, "
    "CASE WHEN h.enrolled THEN EXISTS (SELECT 1 FROM host_repositories WHERE host = h.id) ELSE false END, "
    "EXISTS (SELECT 1 FROM limits), s.clock_behind, "
    "CASE WHEN s.refused_at > coalesce(s.received_at, 0) THEN s.refused_why "
    "WHEN c.refused_at > coalesce(s.received_at, 0) THEN c.refused_why ELSE '' END, "
    "s.pinged_at, s.ping, s.ping_detail, s.ping_every, h.twins_at, h.twins, "
    "CASE WHEN h.enrolled THEN EXISTS (SELECT 1 FROM host_credentials WHERE host = h.id) ELSE false END, {} "
    "FROM hosts AS h JOIN customers AS c ON c.id = h.customer JOIN host_state AS s ON s.host = h.id "
    "WHERE h.uid = ?",
    kStatusColumns);
constexpr std::string_view kGroups =
    "SELECT g.id, g.name, g.backup_age, (SELECT max(at) FROM good_backups WHERE source_group = g.id), "
    "(SELECT files FROM good_backups WHERE source_group = g.id ORDER BY at DESC LIMIT 1) "
    "FROM source_groups AS g WHERE g.host = (SELECT id FROM hosts WHERE uid = ?) ORDER BY g.id";
const std::string kRuns =
    "SELECT state, verdict, "
    "CASE verdict WHEN 'shrunken' THEN " +
    number_in_json("result", "backup.summary.files_processed") +
    " ELSE 0 END FROM jobs "
    "WHERE source_group = ? AND state IN ('succeeded', 'partial', 'failed') ORDER BY uid DESC LIMIT ?";
constexpr std::string_view kSetFullAt =
    "UPDATE host_state SET full_at = ? WHERE host = (SELECT id FROM hosts WHERE uid = ?)";
constexpr std::string_view kFullAt = "SELECT full_at FROM host_state WHERE host = (SELECT id FROM hosts WHERE uid = ?)";

// The columns paused_since and paused_until of a host or a customer.
struct PauseColumns {
  std::optional<core::Time> since;
  std::optional<core::Time> until;

  std::optional<core::Time> end() const { return since ? until.value_or(core::Time::max()) : since; }
};

// The columns about pings.
struct PingColumns {
  std::optional<core::Time> at;
  int kind = 0;
  std::string detail;
  std::int64_t every = 0;

  std::optional<core::PingFacts> ping() const {
    if (!at) return std::nullopt;
    return core::PingFacts{*at, kind == kPingFailure, detail, std::chrono::seconds(every)};
  }
};

struct Row {
  bool any_limits = false;
  StatusBasis basis;
};

Row read_basis(Statement& row) {
  Row read;
  auto& facts = read.basis.facts;
  core::ReportFigures figures;
  PauseColumns host;
  PauseColumns customer;
  StatusColumns stored;
  core::Time created_at;
  std::optional<core::Time> last_seen_at;
  std::optional<core::Time> reported_at;
  std::optional<int> health;
  std::optional<std::int64_t> clock_behind;
  PingColumns ping;
  row.read(facts.enrolled, facts.needs_backup, created_at, last_seen_at, host.since, host.until, customer.since,
           customer.until, facts.silent_since, reported_at, facts.full_at, health, figures.issue, figures.issues,
           figures.disk_percent, figures.disk_mount, figures.backup_at, figures.backup_status, figures.backup_next,
           figures.snapshots, figures.repository_bytes, figures.containers_troubled, figures.troubled_containers,
           facts.has_repository, read.any_limits, clock_behind, facts.refused, ping.at, ping.kind, ping.detail,
           ping.every, facts.twins_at, facts.twins, facts.has_token, stored.rank, stored.findings, stored.since,
           stored.stored.changes_at, stored.stored.unprotected, stored.stored.protected_at, stored.limits.backup_age,
           stored.limits.silence_warning, stored.limits.disk_warning, stored.limits.disk_down);
  facts.known_since = created_at;
  facts.paused_until = std::max(host.end(), customer.end());
  facts.ping = ping.ping();
  if (clock_behind) facts.clock_behind = core::milliseconds(*clock_behind);
  facts.heard_at = reported_at ? reported_at : std::max(last_seen_at, ping.at);
  if (health) figures.health = health_of(*health);
  if (reported_at) facts.figures = std::move(figures);
  read.basis.stored = stored.status();
  return read;
}

struct GroupRow {
  std::int64_t key = 0;
  core::SourceGroupFacts facts;
};

GroupRow read_group(Statement& row) {
  GroupRow group;
  std::optional<std::int64_t> backup_age;
  row.read(group.key, group.facts.name, backup_age, group.facts.last_good_at, group.facts.good_files);
  if (backup_age) group.facts.backup_age = std::chrono::seconds(*backup_age);
  return group;
}

struct RunRow {
  core::JobState state = core::JobState::Failed;
  core::BackupVerdict verdict = core::BackupVerdict::None;
  std::uint64_t files = 0;
};

RunRow read_run(Statement& row) {
  RunRow run;
  std::string state;
  std::string verdict;
  row.read(state, verdict, run.files);
  run.state = core::parse_job_state(state).value_or(core::JobState::Failed);
  run.verdict = core::parse_backup_verdict(verdict).value_or(core::BackupVerdict::None);
  return run;
}

std::vector<core::SourceGroupFacts> read_groups(Connection& connection, const core::HostId& host, std::size_t runs) {
  std::vector<core::SourceGroupFacts> groups;
  for (auto& group : connection.list(kGroups, read_group, host)) {
    auto& facts = groups.emplace_back(std::move(group.facts));
    const auto last = connection.list(kRuns, read_run, group.key, runs);
    for (const auto& run : last) facts.runs.insert(facts.runs.begin(), run.state);
    if (last.empty()) continue;
    facts.last_verdict = last.front().verdict;
    facts.files = last.front().files;
  }
  return groups;
}

}  // namespace

std::optional<StatusBasis> find_status_basis(View& view, const core::HostId& host, std::size_t runs) {
  auto found = connection_of(view).find(kFind, read_basis, host);
  if (!found) return std::nullopt;
  if (found->basis.facts.enrolled) found->basis.facts.groups = read_groups(connection_of(view), host, runs);
  if (found->any_limits) found->basis.limits = limits_on(view, host);
  return std::move(found->basis);
}

void set_disk_full_at(Transaction& transaction, const core::HostId& host, std::optional<core::Time> at) {
  connection_of(transaction).run(kSetFullAt, at, host);
}

std::optional<core::Time> disk_full_at(View& view, const core::HostId& host) {
  const auto read = [](Statement& row) {
    std::optional<core::Time> at;
    row.read(at);
    return at;
  };
  return connection_of(view).find(kFullAt, read, host).value_or(std::nullopt);
}

}  // namespace holdfast::store
