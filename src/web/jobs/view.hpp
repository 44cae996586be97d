#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/jobs/job.hpp"
#include "kit/shell/shell_view.hpp"

namespace holdfast::web::views {

// How pages speak of the jobs of one operation.
struct OperationWords {
  std::string_view noun;    // "Backup"
  std::string_view inside;  // "backup", within a sentence
  std::string_view doing;   // "Backing up"
  std::string_view finishing;
  std::string_view if_cancelled;
  std::string_view cancelled;
  std::string_view never_started;
};

// What only jobs of one operation have: an alternative for each, in the order of core::Operation.
template <class... Alternatives>
  requires(sizeof...(Alternatives) == core::kOperationCount)
using OfOperation = std::variant<Alternatives...>;

// The job that a queued one lets go first.
struct WaitsFor {
  std::string what;  // "the backup of app-01"
  Url link;
  core::Time since;  // when that started
};

struct BackupJobRow {
  std::optional<std::uint64_t> bytes_added;  // once there is a snapshot
};

// One row of a list of jobs; its id in the page is "job-<id>".
struct JobRow {
  std::string id;
  Url link;
  JobStatus status = JobStatus::Queued;
  std::string title;   // "Backup app-01"
  std::string detail;  // source group, or why it did not succeed
  bool detail_is_problem = false;
  std::string repository;
  core::Time created_at;
  std::optional<core::Time> started_at;
  std::optional<core::Time> finished_at;
  std::optional<int> percent;  // while running and known
  std::optional<core::seconds> remaining;
  std::string waiting_reason;         // while queued
  std::optional<WaitsFor> waits_for;  // known better than by those words
  OfOperation<BackupJobRow> operation;
  std::string requested_by;
  core::Time now;

  bool active() const { return status <= JobStatus::Lost; }
};

// Queued and running jobs. Live: topic "jobs", fragment live_active_jobs; its id is "jobs-active".
struct ActiveJobs {
  std::vector<JobRow> jobs;
};

// GET /jobs?state=&host=&q=&after=
struct JobsPage {
  Page page;
  std::string summary;      // "2 running, 1 queued"
  std::vector<Tab> tabs;    // All, Active, Failed, Partial, Done
  std::string host_name;    // set: only this host's
  std::string query;        // text in the name of the host or the source group, or in the id
  std::string state, host;  // of the address, which a search keeps; empty: any
  Url all;                  // without the filter
  ActiveJobs active;
  std::vector<JobRow> finished;
  Pager pager;  // of those
  bool filtered = false;
  std::optional<Failure> failure;
};

// How fast a job was while it ran. What the hub was not told is a gap: what was before the hub's own start, and while
// the agent was away.
struct Throughput {
  struct Sample {
    core::Time at;
    std::uint64_t bytes_per_second;
  };
  core::Time from;                // when the job started
  core::Time to;                  // now
  core::milliseconds step{1000};  // a sample stands for so long from its moment on
  std::vector<Sample> samples;    // oldest first, at most 120; fewer than two make no chart
};

struct BackupJob {
  std::string source_group_name;
  bool succeeded = false;
  bool can_initialise = false;                 // it failed because there is no repository
  std::optional<core::BackupSummary> summary;  // whenever it made a snapshot
  std::string suspicion;                       // why that is no good backup although it succeeded; empty: it is one
  Url accept;                                  // POST: it is right so; empty: there is nothing to accept
};

// Head and progress of a job. Live: topic "job:<id>", fragment live_job.
struct JobView {
  std::string id;
  JobStatus status = JobStatus::Queued;
  std::string title;  // "Backup app-01"
  OperationWords words;
  std::string host_name;
  Url host;
  std::string repository_name;
  Url repository;
  std::string requested_by;
  core::Time created_at;
  std::optional<core::Time> started_at;
  std::optional<core::Time> finished_at;
  core::Time now;

  std::string waiting_reason;         // while queued
  std::optional<WaitsFor> waits_for;  // known better than by those words
  std::optional<core::JobProgress> progress;
  Throughput throughput;                    // while running
  std::optional<core::Time> quiet_since;    // running, and nothing heard of it for 60 s
  std::optional<core::Time> agent_lost_at;  // for Lost
  std::string cancelled_by;

  OfOperation<BackupJob> operation;
  bool suspicious = false;  // it succeeded, and what came of it is not what one expects
  std::optional<core::JobFailure> failure;
  Tag remedy;  // where what made it fail is changed; may have no link
  std::string restic_version;
  bool can_cancel = false;
  bool can_retry = false;

  bool finished() const { return status > JobStatus::Lost; }
  bool running() const { return status > JobStatus::Queued && status <= JobStatus::Lost; }
  bool has_chart() const { return throughput.samples.size() > 1; }
  bool has_total() const { return progress && progress->bytes_total > 0; }
  bool has_summary() const {
    return std::visit([](const BackupJob& backup) { return backup.summary.has_value(); }, operation);
  }
  int percent() const { return has_total() ? static_cast<int>(progress->fraction * 100) : 0; }
};

// Lines of a log in order. The page connects its stream with after = last_sequence().
struct LogLines {
  std::vector<core::LogLine> lines;

  std::uint64_t first_sequence() const { return lines.empty() ? 0 : lines.front().sequence; }
  std::uint64_t last_sequence() const { return lines.empty() ? 0 : lines.back().sequence; }
};

// GET /jobs/{id}/log?before=N: older lines, as a page's part for htmx.
struct OlderLog {
  LogLines log;
  Url older;  // empty: this is the beginning
};

// GET /jobs/{id}; POST /jobs/{id}/cancel, POST /jobs/{id}/retry
struct JobPage {
  Page page;
  JobView job;
  LogLines log;
  Url older;  // lines before the first one shown, or empty
  Url whole;  // this page with the whole log, for browsers without script
  Url download;
  RunStrip earlier;  // of the same host and source group
  std::vector<JobRow> earlier_jobs;
  std::vector<Fact> usual;  // what earlier runs that succeeded took and added
};

}  // namespace holdfast::web::views
