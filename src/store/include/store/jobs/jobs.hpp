#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/jobs/job.hpp"
#include "core/jobs/job_record.hpp"
#include "core/status/backup_verdict.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::store {

void add_job(Transaction& transaction, const core::Job& job);
std::optional<core::Job> find_job(View& view, const core::JobId& id);
bool has_job(View& view, const core::JobId& id);  // of hosts that were removed, too

std::vector<core::Job> list_jobs(View& view, const core::JobFilter& filter);
// How many those are; looks at no more than `limit` of them.
std::size_t count_jobs(View& view, const core::JobFilter& filter);
std::size_t count_unfinished_jobs(View& view);
// Queued and running, oldest first.
std::vector<core::Job> unfinished_jobs(View& view, const core::HostId& host);
// The newest job whose snapshot is good.
std::optional<core::Job> last_backup(View& view, const core::HostId& host);
// For the fleet page: of each host the last `runs` jobs' states, oldest first, by one statement.
struct HostRuns {
  core::HostId host;
  std::vector<core::JobState> states;
  std::optional<core::Time> last_success_at;  // the newest good backup
};
std::vector<HostRuns> list_host_runs(View& view, std::size_t runs);

// Each changes the job only while it is not final; true when it did. They leave last_sequence alone.
bool set_job_started(Transaction& transaction, const core::JobId& id, core::Time at);
bool set_job_waiting(Transaction& transaction, const core::JobId& id, std::string_view reason);
bool set_job_progress(Transaction& transaction, const core::JobId& id, const core::JobProgress& progress);
bool set_job_finished(Transaction& transaction, const core::JobId& id, const core::JobResult& result, core::Time at);
// A person has looked at a backup that is suspiciously small or incomplete and says that it is right: from here on it
// is good. False when it is not of that kind.
bool accept_backup(Transaction& transaction, const core::JobId& id);
// The last incomplete one of these sources in this repository that was accepted; empty when there is none.
core::JobId find_accepted_backup(View& view, const core::SourceGroupId& group, const core::RepositoryId& repository);
// One that ended by what the hub presumed: its agent tells how it really ended.
void reopen_job(Transaction& transaction, const core::JobId& id);
bool set_job_cancel_requested(Transaction& transaction, const core::JobId& id, core::Time at, std::string_view by);

// Moves last_sequence from `expected` to `sequence`; false when it is not at `expected`.
bool advance_sequence(Transaction& transaction, const core::JobId& id, std::uint64_t expected, std::uint64_t sequence);
void append_log(Transaction& transaction, const core::JobId& id, const std::vector<core::LogLine>& lines);
// Lines with a sequence greater than `after`, in order.
std::vector<core::LogLine> read_log(View& view, const core::JobId& id, std::uint64_t after, std::size_t limit);
// The last `limit` lines, in order.
std::vector<core::LogLine> read_log_tail(View& view, const core::JobId& id, std::size_t limit);
std::size_t count_log(View& view, const core::JobId& id);

void trim_log(Transaction& transaction, const core::JobId& id, const core::LogLimit& limit);

// --- what becomes of jobs as they age; each does at most `limit` rows and returns how many, 0 when nothing is left ---

// The lines of jobs that ended before `before`. One line that says so stays.
std::size_t remove_logs_before(Transaction& transaction, core::Time before, std::size_t limit);
// Jobs that ended before `before`, but of each host the newest `kept` stay.
std::size_t remove_jobs_before(Transaction& transaction, core::Time before, std::size_t kept, std::size_t limit);
// Jobs and lines of one host: before it is removed, which would take all of them along at once and hold up the writer.
std::size_t remove_jobs_of(Transaction& transaction, const core::HostId& host, std::size_t limit);

}  // namespace holdfast::store
