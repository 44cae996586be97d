#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/jobs/job.hpp"
#include "core/status/backup_verdict.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::store {

struct Job {
  core::JobId id;
  core::HostId host;
  core::RepositoryId repository;
  core::JobOrder order;
  core::JobState state = core::JobState::Queued;
  std::string requested_by;
  core::Time created_at;
  std::optional<core::Time> started_at;
  std::optional<core::Time> finished_at;
  std::string waiting_reason;  // while queued: what it waits for, in words
  std::optional<core::Time> cancel_requested_at;
  std::string cancel_requested_by;
  std::uint64_t last_sequence = 0;  // all of the agent's messages up to here are stored
  std::optional<core::JobProgress> progress;
  std::optional<core::JobResult> result;
  core::BackupVerdict verdict = core::BackupVerdict::None;  // filled in by every find and list

  // For lists, filled in by every find and list; empty once the thing was removed.
  std::string host_name;
  std::string repository_name;
  std::string source_group_name;
};

void add_job(Transaction& transaction, const Job& job);
std::optional<Job> find_job(View& view, const core::JobId& id);

enum class JobOrder {
  NewestFirst,  // by id, which begins with the time
  OldestFirst,
  RunningFirst,  // then the queued ones, each oldest first: as they come to an end
};

struct JobFilter {
  std::optional<core::HostId> host;
  std::vector<core::JobState> states;  // empty: all
  std::optional<core::SourceGroupId> source_group;
  std::optional<core::RepositoryId> repository;
  std::optional<core::JobId> before;  // older than this one
  std::optional<core::JobId> since;   // this one, and what is newer
  std::string text;                   // in the name of the host or the source group, or in the id; empty: any
  JobOrder order = JobOrder::NewestFirst;
  std::size_t limit = 50;
  std::size_t skip = 0;
};
std::vector<Job> list_jobs(View& view, const JobFilter& filter);
// How many those are; looks at no more than `limit` of them.
std::size_t count_jobs(View& view, const JobFilter& filter);
std::size_t count_unfinished_jobs(View& view);
// Queued and running, oldest first.
std::vector<Job> unfinished_jobs(View& view, const core::HostId& host);
// The newest job whose snapshot is good.
std::optional<Job> last_backup(View& view, const core::HostId& host);
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

// How much of a job's log is kept: its first lines up to `head_bytes`, and of the rest the last ones up to
// `tail_bytes`. A line that says so stands for those between.
struct LogLimit {
  std::size_t head_bytes = 0;
  std::size_t tail_bytes = 0;
};
void trim_log(Transaction& transaction, const core::JobId& id, const LogLimit& limit);

// --- what becomes of jobs as they age; each does at most `limit` rows and returns how many, 0 when nothing is left ---

// The lines of jobs that ended before `before`. One line that says so stays.
std::size_t remove_logs_before(Transaction& transaction, core::Time before, std::size_t limit);
// Jobs that ended before `before`, but of each host the newest `kept` stay.
std::size_t remove_jobs_before(Transaction& transaction, core::Time before, std::size_t kept, std::size_t limit);
// Jobs and lines of one host: before it is removed, which would take all of them along at once and hold up the writer.
std::size_t remove_jobs_of(Transaction& transaction, const core::HostId& host, std::size_t limit);

}  // namespace holdfast::store
