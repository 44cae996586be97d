#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/job.hpp"
#include "store/database.hpp"

namespace holdfast::store {

struct Job {
  core::JobId id;
  core::HostId host;
  core::Operation operation = core::Operation::Backup;
  core::RepositoryId repository;
  core::SourceGroupId source_group;
  core::JobState state = core::JobState::Queued;
  bool initialise = false;  // make the repository if it is missing
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

  // For lists, filled in by every find and list; empty once the thing was removed.
  std::string host_name;
  std::string repository_name;
  std::string source_group_name;
};

void add_job(Transaction& transaction, const Job& job);
std::optional<Job> find_job(View& view, const core::JobId& id);

struct JobFilter {
  std::optional<core::HostId> host;
  std::vector<core::JobState> states;  // empty: all
  std::optional<core::JobId> before;   // older than this one
  std::size_t limit = 50;
};
// Newest first (by id, which begins with the time).
std::vector<Job> list_jobs(View& view, const JobFilter& filter);
std::size_t count_unfinished_jobs(View& view);
// Queued and running, oldest first.
std::vector<Job> unfinished_jobs(View& view, const core::HostId& host);
// The newest job that ended Succeeded or Partial.
std::optional<Job> last_backup(View& view, const core::HostId& host);
// For the fleet page: of each host the last `runs` jobs' states, oldest first, by one statement.
struct HostRuns {
  core::HostId host;
  std::vector<core::JobState> states;
  std::optional<core::Time> last_success_at;  // newest Succeeded or Partial, finished
};
std::vector<HostRuns> list_host_runs(View& view, std::size_t runs);

// Each changes the job only while it is not final; true when it did. They leave last_sequence alone.
bool set_job_started(Transaction& transaction, const core::JobId& id, core::Time at);
bool set_job_waiting(Transaction& transaction, const core::JobId& id, std::string_view reason);
bool set_job_progress(Transaction& transaction, const core::JobId& id, const core::JobProgress& progress);
bool set_job_finished(Transaction& transaction, const core::JobId& id, const core::JobResult& result, core::Time at);
bool set_job_cancel_requested(Transaction& transaction, const core::JobId& id, core::Time at, std::string_view by);

// Moves last_sequence from `expected` to `sequence`; false when it is not at `expected`.
bool advance_sequence(Transaction& transaction, const core::JobId& id, std::uint64_t expected, std::uint64_t sequence);
void append_log(Transaction& transaction, const core::JobId& id, const std::vector<core::LogLine>& lines);
// Lines with a sequence greater than `after`, in order.
std::vector<core::LogLine> read_log(View& view, const core::JobId& id, std::uint64_t after, std::size_t limit);
// The last `limit` lines, in order.
std::vector<core::LogLine> read_log_tail(View& view, const core::JobId& id, std::size_t limit);
std::size_t count_log(View& view, const core::JobId& id);
// Before a host is removed, which would take the lines of all its jobs along at once and hold up the writer: removes at
// most `limit` of them and returns how many; 0 when there are no more.
std::size_t remove_log_of(Transaction& transaction, const core::HostId& host, std::size_t limit);

}  // namespace holdfast::store
