#include "protection.hpp"

namespace holdfast::store {
namespace {

constexpr std::string_view kHostOf = "SELECT host FROM jobs WHERE uid = ?1";
constexpr std::string_view kSetJobSuccess =
    "UPDATE host_state SET job_success_at = "
    "(SELECT max(finished_at) FROM jobs WHERE host = ?1 AND state IN ('succeeded', 'partial')) WHERE host = ?1";
constexpr std::string_view kSetProtected =
    "UPDATE host_state SET protected_at = max(coalesce(backup_at, 0), coalesce(job_success_at, 0)) "
    "WHERE host = ?1 AND protected_at <> max(coalesce(backup_at, 0), coalesce(job_success_at, 0))";

}  // namespace

void note_snapshot(Connection& connection, const core::JobId& job) {
  const std::int64_t host = connection.number(kHostOf, job);
  connection.run(kSetJobSuccess, host);
  update_protected_at(connection, host);
}

void update_protected_at(Connection& connection, std::int64_t host) {
  connection.run(kSetProtected, host);
}

}  // namespace holdfast::store
