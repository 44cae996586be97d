#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/jobs/job.hpp"
#include "core/reports/report.hpp"
#include "core/status/backup_verdict.hpp"
#include "core/status/finding.hpp"
#include "core/status/host_state.hpp"
#include "core/status/status_cause.hpp"
#include "core/time.hpp"

// Whether a host is protected, and why not.
namespace holdfast::core {

// A percentage as people read it: 100 only of what is full.
int whole_percent(double percent);

// Where a host stops being Ok. Each limit is met at the moment it names: silent for 30 min is a Warning.
struct StatusLimits {
  std::chrono::seconds silence_warning{30 * 60};  // as it is set: silence_warning() says what counts
  std::chrono::seconds silence_down{60 * 60};
  std::chrono::seconds backup_age{26 * 60 * 60};  // Warning beyond it, Down beyond twice as long
  int failures_down = 3;
  int disk_warning = 85;                                          // percent, from here on
  int disk_down = 97;                                             // percent, above
  std::chrono::seconds disk_full_within = std::chrono::days(14);  // Warning for a disk that will be full so soon
};

// From how long a silence on a host is a Warning: as set, but never after silence_down.
inline std::chrono::seconds silence_warning(const StatusLimits& limits) {
  return std::min(limits.silence_warning, limits.silence_down);
}

// What is known of the backups of one source group.
struct SourceGroupFacts {
  std::string name;
  std::optional<Time> last_good_at;
  std::vector<JobState> runs;                           // those that ended and were not cancelled, oldest first
  BackupVerdict last_verdict = BackupVerdict::None;     // of the last of them
  std::uint64_t files = 0;                              // in it
  std::uint64_t good_files = 0;                         // in the last good one
  std::optional<std::chrono::seconds> backup_age = {};  // its own limit; else that of its host
};

// What is known of a host that can only call an address.
struct PingFacts {
  Time at;  // the last one that told of success or failure
  bool failed = false;
  std::string detail;             // "exit code 3"; may be empty
  std::chrono::seconds every{0};  // how far apart pings are expected; 0: as reports are
};

// What a status is judged by.
struct HostFactsForStatus {
  bool enrolled = true;      // it has an agent
  bool has_token = true;     // with which that agent can sign in
  bool needs_backup = true;  // false: somebody said that it needs none
  std::optional<Time> known_since;
  // The last report, or the last sign of the agent where it never reported. Time in which the hub was not watching does
  // not count: this is moved on by as much, and `heard_at` is not. By the difference backups are taken to be younger.
  std::optional<Time> silent_since;
  std::optional<Time> heard_at;              // the real moment of that
  std::optional<Time> paused_until;          // paused while `now` is before it; Time::max(): without an end
  std::optional<ReportFigures> figures;      // of the newest report
  std::optional<milliseconds> clock_behind;  // how far its clock is behind, by that report
  std::optional<Time> twins_at;              // when two agents were last seen with its identity at once
  std::string twins;                         // "from 192.0.2.1 and 192.0.2.7"
  std::string refused;                       // why a report was refused that came since; empty: none was
  std::optional<PingFacts> ping;
  bool has_repository = false;
  std::vector<SourceGroupFacts> groups;  // where there is one, they are believed and not the report
  std::optional<Time> full_at;           // when the fullest disk is full at the pace of the last days
};

struct HostStatus {
  HostState state = HostState::Ok;
  std::vector<Finding> findings;       // at most two of those that are worst, the most important first; none when Ok
  bool unprotected = false;            // it needs backups and there is no good one, whatever else there is to say
  std::optional<Time> protected_at;    // the last good backup, of the source group that is worst; nothing: never
  std::chrono::seconds backup_age{0};  // how old that one may be
  std::optional<Time> changes_at;      // the first moment at which the same facts give another state or findings
  StatusCause cause() const { return cause_of(findings); }
  std::string reason() const { return plain_text(words_of(findings)); }  // empty when Ok
  bool operator==(const HostStatus&) const = default;
};

// The worst of: silence, the host's own health, its containers, the age of the newest good backup of each source group,
// their last runs, its fullest disk (also when it will be full soon), and whether there is any backup at all. Of a host
// without a source group its reports tell of backups.
//
// Findings tell moments, never ages, so they stay true until `changes_at`.
HostStatus judge_host(const HostFactsForStatus& facts, const StatusLimits& limits, Time now);

}  // namespace holdfast::core
