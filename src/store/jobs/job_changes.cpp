#include <cassert>

#include "jobs/protection.hpp"
#include "sqlite/codec.hpp"
#include "sqlite/sqlite.hpp"
#include "store/jobs/jobs.hpp"

// What happens to a job. Only one that is not final changes.
namespace holdfast::store {
namespace {

constexpr std::string_view kSetStarted =
    "UPDATE jobs SET state = 'running', started_at = ?, waiting_reason = '' "
    "WHERE uid = ? AND state IN ('queued', 'running')";
constexpr std::string_view kSetWaiting =
    "UPDATE jobs SET waiting_reason = ? WHERE uid = ? AND state IN ('queued', 'running')";
constexpr std::string_view kSetProgress =
    "UPDATE jobs SET progress = ? WHERE uid = ? AND state IN ('queued', 'running')";
constexpr std::string_view kSetFinished =
    "UPDATE jobs SET state = ?, result = ?, finished_at = ?, waiting_reason = '' "
    "WHERE uid = ? AND state IN ('queued', 'running')";
constexpr std::string_view kSetCancelRequested =
    "UPDATE jobs SET cancel_requested_at = ?, cancel_requested_by = ? "
    "WHERE uid = ? AND state IN ('queued', 'running')";
constexpr std::string_view kAccept =
    "UPDATE jobs SET verdict = 'good' WHERE uid = ? AND verdict IN ('shrunken', 'incomplete')";
// A partial run is good only because somebody said so.
constexpr std::string_view kFindAccepted =
    "SELECT uid FROM jobs WHERE source_group = (SELECT id FROM source_groups WHERE uid = ?) "
    "AND repository = (SELECT id FROM repositories WHERE uid = ?) AND state = 'partial' AND verdict = 'good' "
    "ORDER BY uid DESC LIMIT 1";
constexpr std::string_view kReopen =
    "UPDATE jobs SET state = 'running', result = NULL, finished_at = NULL WHERE uid = ? AND state IN ('failed', "
    "'cancelled')";
constexpr std::string_view kAdvance = "UPDATE jobs SET last_sequence = ? WHERE uid = ? AND last_sequence = ?";

}  // namespace

bool set_job_started(Transaction& transaction, const core::JobId& id, core::Time at) {
  return connection_of(transaction).run(kSetStarted, at, id) == 1;
}

bool set_job_waiting(Transaction& transaction, const core::JobId& id, std::string_view reason) {
  return connection_of(transaction).run(kSetWaiting, reason, id) == 1;
}

bool set_job_progress(Transaction& transaction, const core::JobId& id, const core::JobProgress& progress) {
  return connection_of(transaction).run(kSetProgress, to_json(progress), id) == 1;
}

bool set_job_finished(Transaction& transaction, const core::JobId& id, const core::JobResult& result, core::Time at) {
  assert(core::is_final(result.state));
  Connection& connection = connection_of(transaction);
  if (connection.run(kSetFinished, core::to_text(result.state), to_json(result), at, id) == 0) return false;
  note_result(connection, id, result);
  return true;
}

bool accept_backup(Transaction& transaction, const core::JobId& id) {
  if (connection_of(transaction).run(kAccept, id) == 0) return false;
  note_good_backup(connection_of(transaction), id);
  return true;
}

core::JobId find_accepted_backup(View& view, const core::SourceGroupId& group, const core::RepositoryId& repository) {
  return core::JobId(connection_of(view).find(kFindAccepted, read_text, group, repository).value_or(""));
}

void reopen_job(Transaction& transaction, const core::JobId& id) {
  connection_of(transaction).run(kReopen, id);
}

bool set_job_cancel_requested(Transaction& transaction, const core::JobId& id, core::Time at, std::string_view by) {
  return connection_of(transaction).run(kSetCancelRequested, at, by, id) == 1;
}

bool advance_sequence(Transaction& transaction, const core::JobId& id, std::uint64_t expected, std::uint64_t sequence) {
  return connection_of(transaction).run(kAdvance, sequence, id, expected) == 1;
}

}  // namespace holdfast::store
