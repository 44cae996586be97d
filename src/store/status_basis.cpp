#include "store/status_basis.hpp"

#include <algorithm>
#include <string>

#include "ranks.hpp"
#include "report_rows.hpp"
#include "sqlite.hpp"

namespace holdfast::store {
namespace {

constexpr std::string_view kFind =
    "SELECT h.id, h.enrolled, h.last_seen_at, h.paused_since, h.paused_until, c.paused_since, c.paused_until, "
    "s.rank, s.reason, s.since, s.changes_at, s.silent_since, s.reported_at, s.job_success_at, s.full_at, "
    "s.health, s.issue, s.issues, s.disk, s.disk_mount, s.backup_at, s.backup_status, s.backup_next, s.snapshots, "
    "s.repository_bytes, "
    "h.enrolled AND EXISTS (SELECT 1 FROM source_groups WHERE host = h.id) "
    "AND EXISTS (SELECT 1 FROM host_repositories WHERE host = h.id) "
    "FROM hosts AS h JOIN customers AS c ON c.id = h.customer JOIN host_state AS s ON s.host = h.id "
    "WHERE h.uid = ?1";
constexpr std::string_view kRuns = "SELECT state FROM jobs WHERE host = ?1 ORDER BY uid DESC LIMIT ?2";
constexpr std::string_view kSetFullAt =
    "UPDATE host_state SET full_at = ?2 WHERE host = (SELECT id FROM hosts WHERE uid = ?1)";
constexpr std::string_view kFullAt =
    "SELECT full_at FROM host_state WHERE host = (SELECT id FROM hosts WHERE uid = ?1)";

// The columns paused_since and paused_until of a host or a customer.
struct PauseColumns {
  std::optional<core::Time> since;
  std::optional<core::Time> until;

  std::optional<core::Time> end() const { return since ? until.value_or(core::Time::max()) : since; }
};

struct Row {
  std::int64_t key = 0;
  StatusBasis basis;
};

Row read_basis(Statement& row) {
  Row read;
  auto& facts = read.basis.facts;
  core::ReportFigures figures;
  PauseColumns host;
  PauseColumns customer;
  StoredStatus stored;
  int rank = 0;
  std::optional<core::Time> judged_since;
  std::optional<core::Time> last_seen_at;
  std::optional<core::Time> reported_at;
  std::optional<int> health;
  row.read(read.key, facts.enrolled, last_seen_at, host.since, host.until, customer.since, customer.until, rank,
           stored.reason, judged_since, stored.changes_at, facts.silent_since, reported_at, facts.last_success_at,
           facts.full_at, health, figures.issue, figures.issues, figures.disk_percent, figures.disk_mount,
           figures.backup_at, figures.backup_status, figures.backup_next, figures.snapshots, figures.repository_bytes,
           facts.has_plan);
  facts.paused_until = std::max(host.end(), customer.end());
  facts.heard_at = reported_at ? reported_at : last_seen_at;
  if (health) figures.health = health_of(*health);
  if (reported_at) facts.figures = std::move(figures);
  if (!judged_since) return read;
  stored.since = *judged_since;
  stored.state = state_of_rank(rank);
  read.basis.stored = std::move(stored);
  return read;
}

core::JobState read_state(Statement& row) {
  std::string state;
  row.read(state);
  return core::parse_job_state(state).value_or(core::JobState::Failed);
}

}  // namespace

std::optional<StatusBasis> find_status_basis(View& view, const core::HostId& host, std::size_t runs) {
  auto found = view.connection().find(kFind, read_basis, host);
  if (!found) return std::nullopt;
  auto& facts = found->basis.facts;
  if (facts.enrolled) facts.runs = view.connection().list(kRuns, read_state, found->key, runs);
  std::ranges::reverse(facts.runs);
  return std::move(found->basis);
}

void set_disk_full_at(Transaction& transaction, const core::HostId& host, std::optional<core::Time> at) {
  transaction.connection().run(kSetFullAt, host, at);
}

std::optional<core::Time> disk_full_at(View& view, const core::HostId& host) {
  const auto read = [](Statement& row) {
    std::optional<core::Time> at;
    row.read(at);
    return at;
  };
  return view.connection().find(kFullAt, read, host).value_or(std::nullopt);
}

}  // namespace holdfast::store
