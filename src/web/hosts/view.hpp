#pragma once

#include <string>
#include <vector>

#include "core/status/finding.hpp"
#include "fleet/view.hpp"
#include "hosts/limits/limits_view.hpp"
#include "jobs/view.hpp"
#include "kit/render/chart.hpp"
#include "kit/shell/shell_view.hpp"

namespace holdfast::web::views {

// Add or edit a source group: POST /hosts/{host}/source-groups, POST /hosts/{host}/source-groups/{id}; delete:
// POST /hosts/{host}/source-groups/{id}/delete. One path, pattern or tag a line.
struct SourceGroupForm {
  std::string host;
  std::string id;  // empty: a new one
  std::string name;
  std::string paths;
  std::string excludes;
  std::string tags;
  FieldErrors errors;           // fields: name, paths, excludes, tags, backup_age
  bool open = false;            // after a failed POST
  std::string backup_age = {};  // hours; empty: as of its host
};

struct SourceGroupView {
  std::string name;
  std::vector<std::string> paths;
  std::vector<std::string> excludes;
  std::vector<std::string> tags;
  SourceGroupForm form;
  std::optional<core::Time> last_good = {};  // when its last good backup ended
};

struct LinkedRepository {
  std::string id;
  std::string name;
  std::string url;
  Url link;
  bool is_default = false;
};

// Back up now: POST /hosts/{id}/backup: repository, source_group, initialise.
struct BackupForm {
  std::string host;
  std::string host_name;
  bool possible = false;  // false: `hint` says what is missing
  std::string hint;
  bool connected = true;  // false: the job waits for the agent
  Url running;            // a job runs already
  std::vector<Option> repositories;
  std::vector<Option> source_groups;
  std::vector<Option> initialise;  // those without a backup from here; selected: nobody said that it is there already
  std::string error;
};

// Pausing a host or a customer: POST `pause`: until, reason; POST `resume`.
struct PauseForm {
  Url pause;
  Url resume;
  std::string name;  // of what is paused
  std::optional<PauseState> state;
  std::string until;   // as typed
  std::string reason;  // as typed
  FieldErrors errors;  // fields: until, reason
  core::Time now;
};

// Why a report was not taken.
struct RefusedReport {
  core::Time at;
  std::string why;  // a sentence; empty: none was refused
};

// Name, state and facts. Live: topic "host:<id>", fragment live_host_head.
struct HostHead {
  std::string id;
  std::string name;
  HostStatus status = HostStatus::Waiting;
  core::Words reason;
  bool trouble = false;            // the reason is a callout, with what failed last
  bool silent = false;             // the trouble is that no report comes
  bool tokenless = false;          // the trouble is that the agent cannot sign in
  bool awaits_agent = false;       // approved, and its agent has not fetched its token yet
  bool revoked = false;            // no valid agent token: it must be enrolled again
  std::string cause;               // "The repository did not answer. Check that it is running."; empty: not known
  Url failed_job;                  // whose cause that is; empty: of none
  std::string hint;                // what a backup needs first, where the callout does not say it
  std::vector<std::string> facts;  // "Debian 12, x86_64", "10.20.3.10"
  Tag customer;
  std::vector<Tag> tags;
  bool report_only = false;
  bool pings_only = false;  // of those, one that only calls an address
  bool connected = false;
  std::optional<core::Time> last_seen;
  std::optional<core::Time> last_ping;  // of one that only pings
  std::optional<core::Time> last_report;
  std::string reporter;      // "agent 1.4.2", "controller 3.2"
  bool clock_ahead = false;  // its clock is ahead of the hub's
  bool clock_behind = false;
  RefusedReport refusal;  // that came since the last one that was taken
  std::optional<PauseState> pause;
  core::Time now;
  RecoveryPoint recovery;
  std::string no_recovery;     // why there is none: "nothing could be restored yet"
  bool incomplete = false;     // there are good backups, but not of every source group
  std::string snapshots_text;  // "214 snapshots, 138 GiB"
  RunStrip runs;
  std::string runs_text;  // "13 ok, 1 failed"
  std::optional<core::Time> last_run;
  std::string last_run_text;  // "Failed after 51 min"
  JobStatus last_run_status = JobStatus::Done;
  std::optional<core::Time> next_run;
  BackupForm backup;
};

// The newest jobs of the host. Live: topic "host:<id>", fragment live_host_jobs; its id is "host-jobs".
struct HostJobs {
  std::vector<JobRow> jobs;
};

struct HostJobsPanel {
  HostJobs jobs;
  Url all_jobs;
};

// What all pages of a host begin with.
struct HostFrame {
  Page page;
  HostHead head;
  std::vector<Tab> tabs;
};

// What is backed up, and where it goes. POST /hosts/{id}/repositories: repository; POST
// /hosts/{id}/repositories/{repository}/unlink.
struct BackupPlan {
  std::string host;
  std::vector<SourceGroupView> source_groups;
  SourceGroupForm new_source_group;
  std::vector<LinkedRepository> repositories;
  std::vector<Option> other_repositories;  // that could be linked
  std::string error;                       // of linking
};

struct HostScheduleRow {
  std::string name;
  Url link;
  std::string sentence;
  std::string timezone;
  std::optional<core::Time> next;  // of this host, within the window
  bool enabled = true;
};

// POST /hosts/{id}/protect: timezone.
struct HostSchedules {
  std::string host;
  std::vector<HostScheduleRow> entries;
  bool is_behind = false;           // the agent does not have the newest of them
  bool can_protect = false;         // there is a repository
  bool needs_source_group = false;  // protecting the host creates one
  std::string error;                // of protecting
  core::Time now;
};

struct Disk {
  std::string mount;
  std::string device;  // "nvme0n1p2, ext4"
  std::optional<std::uint64_t> used;
  std::optional<std::uint64_t> total;
  Metric space;
  std::optional<int> inodes;   // percent, when they are nearer to their end than the space
  std::string smart;           // "failing"; empty: fine, or not known
  bool smart_unknown = false;  // it was asked for
  std::string outlook;         // "full in about 12 days"
  Level outlook_level = Level::Calm;
};

struct Container {
  std::string name;
  Url history;  // its curves
  std::string image;
  std::string state;  // "Running", "Exited", "Unhealthy"
  Level level = Level::Calm;
  std::optional<std::uint64_t> restarts;
  std::optional<int> cpu;
  std::optional<std::uint64_t> memory;
};

// What the newest report says beside the graphs. Its id is "host-figures". Live: topic "host:<id>", fragment
// live_host_figures.
struct HostFigures {
  std::optional<core::Time> at;  // of the report; empty: none came yet
  bool old = false;              // the host has fallen silent since: values are greyed, with their age
  core::Time now;
  std::vector<std::string> issues;    // as the host says itself
  std::vector<std::string> left_out;  // of the report, because it cannot be: a sentence each
  std::vector<Disk> disks;
  bool containers_known = false;  // false: the report says nothing of containers
  std::optional<std::uint64_t> containers_total;
  std::optional<std::uint64_t> containers_running;
  std::vector<Container> containers;
  std::vector<Fact> system;
};

// GET /hosts/{id}?range=24h|7d|30d|1y
struct HostOverviewPage : HostFrame {
  HostFigures figures;
  History history;
  std::optional<HostJobsPanel> jobs_panel;  // not of a host that only reports
  std::string notes;
  std::vector<Fact> connection;
  std::optional<BackupPlan> plan;         // set while something is missing in it
  std::optional<CodeBox> report_command;  // sends a first report, of a host that only reports and never did
};

// GET /hosts/{id}/backups
struct HostBackupsPage : HostFrame {
  BackupPlan plan;
  HostSchedules schedules;
  HostJobsPanel jobs_panel;
};

// GET /hosts/{id}/history?range=…: the graphs as a table.
struct HostHistoryPage : HostFrame {
  HistoryTable history;
};

struct ReportRow {
  Url link;
  core::Time at;
  core::Time received_at;
  std::string health;  // "OK", "Warning", "Fail", or empty
  Level level = Level::Calm;
  std::string summary;  // its first issue
  bool clock_ahead = false;
  bool current = false;  // shown below
};

struct RawReport {
  core::Time at;
  core::Time received_at;
  bool clock_ahead = false;
  std::string pretty;  // the document, indented
  std::uint64_t bytes = 0;
  Url download;  // exactly as it was sent
};

// GET /hosts/{id}/reports, GET /hosts/{id}/reports/{report}
struct HostReportsPage : HostFrame {
  std::vector<ReportRow> reports;  // the last ones, newest first
  std::optional<RawReport> raw;
};

// GET /hosts/{id}/settings. POST /hosts/{id}/rename: name; …/customer: customer; …/tags: tags; …/notes: notes;
// …/pause, …/resume; …/rotate; …/revoke; …/delete: typed; …/token makes an enrolment token for this host and shows
// /hosts/add with it.
struct HostSettingsPage : HostFrame {
  std::string name;  // as typed
  std::string tags;  // as typed: "prod, db"
  std::string notes;
  std::string customer;           // its ID
  std::vector<Option> customers;  // empty: too many to choose from, the ID is typed
  std::vector<std::string> known_tags;
  PauseForm pause;
  LimitsForm limits;
  bool needs_backup = true;  // POST /hosts/{id}/needs-backup: needs=yes or no
  FieldErrors errors;        // fields: name, customer, tags, notes, rotate, typed
};

}  // namespace holdfast::web::views
