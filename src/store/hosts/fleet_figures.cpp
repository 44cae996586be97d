#include "store/hosts/fleet_figures.hpp"

#include <fmt/format.h>

#include "sqlite/dialect.hpp"
#include "sqlite/sqlite.hpp"

namespace holdfast::store {
namespace {

// The ranks of host_state: 0 down, 1 warning, 2 paused, 3 waiting, 4 ok.
constexpr std::string_view kCauses = "SELECT rank, cause, count(*) FROM host_state WHERE rank < 2 GROUP BY 1, 2";
// A host that only pings is heard of by its pings, and they tell of no backup. Both tables are read as they lie.
const std::string kProtection = fmt::format(
    "SELECT count(*) FILTER (WHERE needs_backup AND (enrolled OR reported_at IS NOT NULL OR pinged_at IS NULL)), "
    "count(*) FILTER (WHERE needs_backup AND (enrolled OR reported_at IS NOT NULL) AND protected_at > 0 "
    "AND protected_at + backup_limit * 1000 > ?), "
    "count(*) FILTER (WHERE unprotected), count(*) FILTER (WHERE enrolled), "
    "count(*) FILTER (WHERE coalesce(reported_at, pinged_at) >= ?), "
    "(SELECT count(*) FROM customers AS c WHERE EXISTS "
    "(SELECT 1 FROM hosts WHERE customer = c.id AND removed_at IS NULL)), "
    "(SELECT count(*) FROM customer_keys WHERE coalesce(expires_at > ?, true)) "
    "FROM hosts {} host_state ON id = host",
    kJoinInOrder);
constexpr std::string_view kFrequentTags =
    "SELECT tag, count(*) AS hosts FROM host_tags GROUP BY tag ORDER BY hosts DESC, tag LIMIT ?";
// All of it is in the index of finished jobs.
constexpr std::string_view kRuns =
    "SELECT (finished_at - ?) / 3600000, state, count(*) FROM jobs "
    "WHERE finished_at >= ? GROUP BY 1, 2 ORDER BY 1, 2";

core::CauseCount read_cause(Statement& row) {
  core::CauseCount count;
  int rank = 0;
  std::string cause;
  row.read(rank, cause, count.hosts);
  count.state = rank == 0 ? core::HostState::Down : core::HostState::Warning;
  count.cause = core::parse_status_cause(cause).value_or(core::StatusCause::None);
  return count;
}

core::ProtectionCounts read_protection(Statement& row) {
  core::ProtectionCounts counts;
  row.read(counts.expected, counts.within, counts.unprotected, counts.agents, counts.reported, counts.customers,
           counts.keys);
  return counts;
}

core::TagCount read_tag(Statement& row) {
  core::TagCount count;
  row.read(count.tag, count.hosts);
  return count;
}

core::RunHour read_hour(Statement& row) {
  core::RunHour hour;
  std::string state;
  row.read(hour.hour, state, hour.jobs);
  const auto known = core::parse_job_state(state);
  if (!known) throw DamagedRow("Stored jobs are in a state that this program does not know.");
  hour.state = *known;
  return hour;
}

}  // namespace

std::vector<core::CauseCount> count_causes(View& view) {
  return connection_of(view).list(kCauses, read_cause);
}

core::ProtectionCounts count_protection(View& view, core::Time reported_since, core::Time now) {
  return connection_of(view)
      .find(kProtection, read_protection, now, reported_since, now)
      .value_or(core::ProtectionCounts{});
}

std::vector<core::TagCount> list_frequent_tags(View& view, std::size_t limit) {
  return connection_of(view).list(kFrequentTags, read_tag, limit);
}

std::vector<core::RunHour> count_runs(View& view, core::Time from) {
  return connection_of(view).list(kRuns, read_hour, from, from);
}

}  // namespace holdfast::store
