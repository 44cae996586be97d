#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/accounts/customer.hpp"
#include "core/filter/filter.hpp"
#include "core/hosts/host.hpp"
#include "core/ids.hpp"
#include "core/jobs/job.hpp"
#include "core/reports/report_state.hpp"
#include "core/status/finding.hpp"
#include "core/status/host_state.hpp"
#include "core/status/status.hpp"
#include "core/time.hpp"

// The fleet as lists and counts show it.
namespace holdfast::core {

// Of the limits that a host was judged by, those that lists show its figures against.
struct JudgedBy {
  std::chrono::seconds backup_age{};
  std::chrono::seconds silence_warning{};
  int disk_warning = 0;
  int disk_down = 0;

  bool operator==(const JudgedBy&) const = default;
};

// A host's status as it was last judged, so that lists need not judge.
struct JudgedStatus {
  HostState state = HostState::Waiting;
  std::vector<Finding> findings;
  Time since;                             // when it became so
  std::optional<Time> changes_at;         // when time alone may change it
  bool unprotected = false;               // it needs backups and has no good one
  std::optional<Time> protected_at = {};  // the last good backup, of the source group that is worst
  std::optional<JudgedBy> limits = {};    // nothing: never judged
  StatusCause cause() const { return cause_of(findings); }
  std::string reason() const { return plain_text(words_of(findings)); }  // empty when Ok
  bool operator==(const JudgedStatus&) const = default;
};

// What a list begins with; `reversed` turns it round. Where nothing is known of CPU, memory or disk, the host comes
// last either way. Never backed up and never seen are older than anything.
enum class FleetSort {
  Worst,     // worst state, then oldest backup, then name
  Name,      // A to Z
  Backup,    // oldest
  Cpu,       // highest
  Memory,    // highest
  Disk,      // fullest
  Seen,      // silent for the longest
  Customer,  // by customer's name, then worst
};

struct FleetQuery {
  Filter filter;
  std::optional<CustomerId> customer;  // only its hosts
  FleetSort sort = FleetSort::Worst;
  bool reversed = false;
  std::string after;     // the cursor of the last row of the page before; empty: from the beginning
  std::size_t skip = 0;  // so many rows are passed over
  std::size_t limit = 50;
  // Those that match, where that is known already: then filter and customer are not asked again.
  std::optional<std::vector<HostId>> among = {};
};

struct FleetRow {
  Host host;
  std::string customer_slug;
  std::string customer_name;
  JudgedStatus status;
  std::optional<Pause> pause;  // its own, or its customer's, while it is in effect
  std::vector<std::string> tags;
  std::optional<ReportState> report;
  std::vector<JobState> runs;             // the last 14, oldest first
  std::optional<Time> last_success_at;    // by jobs
  std::optional<JobId> current_job;       // running, or else the oldest queued one
  std::vector<std::string> repositories;  // names
  std::vector<double> cpu;                // of the last 24 hours up to this one, oldest first; NaN: nothing came
  std::string cursor;                     // of list_fleet alone
};

struct FleetCounts {
  std::size_t ok = 0, waiting = 0, paused = 0, warning = 0, down = 0;
  std::size_t& of(HostState state);
  std::size_t total() const { return ok + waiting + paused + warning + down; }

  bool operator==(const FleetCounts&) const = default;
};

// For the grid: every host that matches, as little of it as a cell needs, by customer, then worst first.
struct FleetCell {
  HostId host;
  std::string name;
  HostState state = HostState::Waiting;
  std::vector<Finding> findings;
  std::string customer_slug;
  std::string customer_name;
  std::optional<Time> backup_at;  // the last good one, of the source group that is worst
  std::optional<double> disk_percent;
  std::optional<JudgedBy> limits;
  bool needs_backup = true;
};

// For the customers' list: each with its counts.
struct CustomerRow {
  Customer customer;
  FleetCounts counts;
  std::optional<Pause> pause;         // while it is in effect
  std::optional<ReportState> report;  // the newest of its hosts
  std::size_t keys = 0;               // that are good at this moment
};

// Paused while it is itself, or else as its worst host, from worst to best: down, warning, paused, waiting, ok. Nothing
// when it has no hosts.
std::optional<HostState> state_of(const CustomerRow& row);

struct CustomerQuery {
  std::string text;                // in name or slug
  std::optional<HostState> state;  // as state_of says
  std::optional<CustomerId> only;
  bool worst_first = false;  // then by slug; else by slug alone
  std::string after;         // slug of the last row before; worst first what after_worst_first() makes of it
  std::size_t skip = 0;      // worst first: so many rows are passed over
  std::size_t limit = 50;
};

// Hosts in one state for one cause.
struct CauseCount {
  HostState state = HostState::Warning;
  StatusCause cause = StatusCause::None;
  std::size_t hosts = 0;

  bool operator==(const CauseCount&) const = default;
};

struct ProtectionCounts {
  std::size_t expected = 0;     // hosts that need backups, whatever is known of them
  std::size_t within = 0;       // of them, those whose last good backup is within the limit they were judged by
  std::size_t unprotected = 0;  // of them, those without any
  std::size_t agents = 0;       // hosts with an agent
  std::size_t reported = 0;     // hosts with a report at or after the moment asked for
  std::size_t customers = 0;    // that have hosts
  std::size_t keys = 0;         // of customers, not ended
};

struct TagCount {
  std::string tag;
  std::size_t hosts = 0;

  bool operator==(const TagCount&) const = default;
};

// Jobs that ended in one hour after `from`, in one state.
struct RunHour {
  std::size_t hour = 0;  // 0: the first one after `from`
  JobState state = JobState::Succeeded;
  std::size_t jobs = 0;

  bool operator==(const RunHour&) const = default;
};

}  // namespace holdfast::core
