#include "store/fleet_figures.hpp"

#include <array>

#include "sqlite.hpp"

namespace holdfast::store {
namespace {

// The ranks of host_state: 0 down, 1 warning, 2 paused, 3 waiting, 4 ok.
constexpr std::string_view kReasons =
    "SELECT rank, substr(reason, 1, ?1), count(*) FROM host_state WHERE rank < 2 GROUP BY 1, 2";
constexpr std::string_view kProtection =
    "SELECT sum(expected), sum(expected AND protected_at >= ?1), sum(coalesce(reported_at >= ?2, 0)), "
    "count(DISTINCT customer), (SELECT count(*) FROM customer_keys WHERE coalesce(expires_at > ?3, true)) "
    "FROM (SELECT protected_at, reported_at, customer, rank <> 2 AND (enrolled OR protected_at > 0 OR "
    "backup_status <> '' OR backup_next IS NOT NULL OR snapshots IS NOT NULL OR repository_bytes IS NOT NULL) AS "
    "expected FROM host_state JOIN hosts ON id = host)";
constexpr std::string_view kFrequentTags =
    "SELECT tag, count(*) AS hosts FROM host_tags GROUP BY tag ORDER BY hosts DESC, tag LIMIT ?1";
// An id begins with the time its job was made, so the index over them finds the last ones.
constexpr std::string_view kRuns =
    "SELECT (finished_at - ?1) / 3600000, state, count(*) FROM jobs "
    "WHERE uid >= ?2 AND finished_at >= ?1 GROUP BY 1, 2 ORDER BY 1, 2";

ReasonCount read_reason(Statement& row) {
  ReasonCount count;
  int rank = 0;
  row.read(rank, count.reason, count.hosts);
  count.state = rank == 0 ? core::HostState::Down : core::HostState::Warning;
  return count;
}

ProtectionCounts read_protection(Statement& row) {
  ProtectionCounts counts;
  row.read(counts.expected, counts.within, counts.reported, counts.customers, counts.keys);
  return counts;
}

TagCount read_tag(Statement& row) {
  TagCount count;
  row.read(count.tag, count.hosts);
  return count;
}

RunHour read_hour(Statement& row) {
  RunHour hour;
  std::string state;
  row.read(hour.hour, state, hour.jobs);
  hour.state = core::parse_job_state(state).value();
  return hour;
}

}  // namespace

std::vector<ReasonCount> count_reasons(View& view) {
  return view.connection().list(kReasons, read_reason, kReasonHead);
}

ProtectionCounts count_protection(View& view, core::Time protected_since, core::Time reported_since, core::Time now) {
  return view.connection()
      .find(kProtection, read_protection, protected_since, reported_since, now)
      .value_or(ProtectionCounts{});
}

std::vector<TagCount> list_frequent_tags(View& view, std::size_t limit) {
  return view.connection().list(kFrequentTags, read_tag, limit);
}

std::vector<RunHour> count_runs(View& view, core::Time from) {
  const std::array<std::byte, 10> lowest{};
  return view.connection().list(kRuns, read_hour, from, core::make_ulid(from - std::chrono::days(1), lowest));
}

}  // namespace holdfast::store
