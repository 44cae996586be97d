#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/jobs/job.hpp"
#include "core/status/backup_verdict.hpp"
#include "core/time.hpp"

// A job as the hub keeps it, and which of them a list shows.
namespace holdfast::core {

// The run of a schedule that is due at `at`, the same moment for all hosts.
struct ScheduledRun {
  ScheduleId schedule;  // empty once it was removed
  Time at;

  bool operator==(const ScheduledRun&) const = default;
};

struct Job {
  JobId id;
  HostId host;
  RepositoryId repository;
  JobOrder order;
  JobState state = JobState::Queued;
  std::string requested_by;
  std::optional<ScheduledRun> scheduled = {};
  Time created_at;
  std::optional<Time> started_at;
  std::optional<Time> finished_at;
  std::string waiting_reason;  // while queued: what it waits for, in words
  std::optional<Time> cancel_requested_at;
  std::string cancel_requested_by;
  std::uint64_t last_sequence = 0;  // all of the agent's messages up to here are stored
  std::optional<JobProgress> progress;
  std::optional<JobResult> result;
  BackupVerdict verdict = BackupVerdict::None;  // filled in by every find and list

  // For lists, filled in by every find and list; empty once the thing was removed.
  std::string host_name;
  std::string repository_name;
  std::string source_group_name;
};

enum class JobListOrder {
  NewestFirst,  // by id, which begins with the time
  OldestFirst,
  RunningFirst,  // then the queued ones, each oldest first: as they come to an end
};

struct JobFilter {
  std::optional<HostId> host;
  std::vector<JobState> states;  // empty: all
  std::optional<SourceGroupId> source_group;
  std::optional<RepositoryId> repository;
  std::optional<ScheduleId> schedule;
  std::optional<JobId> before;  // older than this one
  std::optional<JobId> since;   // this one, and what is newer
  std::string text;             // in the name of the host or the source group, or in the id; empty: any
  JobListOrder order = JobListOrder::NewestFirst;
  std::size_t limit = 50;
  std::size_t skip = 0;
};

// How much of a job's log is kept: its first lines up to `head_bytes`, and of the rest the last ones up to
// `tail_bytes`. A line that says so stands for those between.
struct LogLimit {
  std::size_t head_bytes = 0;
  std::size_t tail_bytes = 0;
};

}  // namespace holdfast::core
