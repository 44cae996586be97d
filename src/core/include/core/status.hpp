#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/job.hpp"
#include "core/report.hpp"
#include "core/time.hpp"

// Whether a host is protected, and why not.
namespace holdfast::core {

// From best to worst, so that the worst of several is their maximum.
enum class HostState { Ok, Waiting, Paused, Warning, Down };

std::string_view to_text(HostState state);  // "ok", "waiting", "paused", "warning", "down"
std::optional<HostState> parse_host_state(std::string_view text);

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

// From how long a silence on a host is a Warning: as set, but half of silence_down where that is below an hour, and
// never after it.
inline std::chrono::seconds silence_warning(const StatusLimits& limits) {
  const bool short_down = limits.silence_down < std::chrono::hours(1);
  return std::min(limits.silence_warning, short_down ? limits.silence_down / 2 : limits.silence_down);
}

// What a status is judged by.
struct HostFactsForStatus {
  bool enrolled = true;  // it has an agent
  // The last report, or the last sign of the agent where it never reported. Time in which the hub was not watching does
  // not count: this is moved on by as much, and `heard_at` is not. By the difference backups are taken to be younger.
  std::optional<Time> silent_since;
  std::optional<Time> heard_at;          // the real moment of that
  std::optional<Time> paused_until;      // paused while `now` is before it; Time::max(): without an end
  std::optional<ReportFigures> figures;  // of the newest report
  bool has_plan = false;                 // a source group and a repository
  std::vector<JobState> runs;            // of the agent, oldest first; where none has ended, the report's word counts
  std::optional<Time> last_success_at;   // newest good snapshot by jobs; the report's backup_at counts too
  std::optional<Time> full_at;           // when the fullest disk is full at the pace of the last days
};

struct HostStatus {
  HostState state = HostState::Ok;
  std::string reason;              // one sentence without a full stop; empty when Ok
  std::optional<Time> changes_at;  // the first moment at which the same facts give another state or reason

  bool operator==(const HostStatus&) const = default;
};

// The worst of: silence, the host's own health, the age of the newest good snapshot, its last runs, its fullest disk
// (also when it will be full soon), and whether anything is backed up at all. A report-only host whose
// reports say nothing of backups is not judged by them.
//
// The reason names at most two of the inputs that are worst. It tells moments, never ages, so it stays true until
// `changes_at`.
HostStatus judge_host(const HostFactsForStatus& facts, const StatusLimits& limits, Time now);

// A reason that tells of silence names its moment for machines, "No report since 2026-11-22T08:30:00Z; …", and pages
// tell it as people read it. Of any other reason all is in `before`.
struct ReasonParts {
  std::string_view before;    // "No report "
  std::optional<Time> since;  // instead of "since 2026-11-22T08:30:00Z"
  std::string_view after;     // "; …"
};
ReasonParts parts_of_reason(std::string_view reason);

}  // namespace holdfast::core
