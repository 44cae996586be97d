#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/job.hpp"
#include "core/time.hpp"

// Whether a host is protected, and why not.
namespace holdfast::core {

// From best to worst, so that the worst of several is their maximum.
enum class HostState { Ok, Waiting, Warning, Down };

std::string_view to_text(HostState state);  // "ok", "waiting", "warning", "down"

struct HostStatus {
  HostState state = HostState::Ok;
  std::string reason;  // one sentence without a full stop; empty when Ok
  bool operator==(const HostStatus&) const = default;
};

// What a status is judged by.
struct HostFactsForStatus {
  bool connected = false;
  std::optional<Time> last_seen_at;
  Time watched_since;          // the hub cannot have heard anything before it started
  bool has_plan = false;       // a source group and a repository
  std::vector<JobState> runs;  // the last ones, oldest first
  bool has_success = false;    // there ever was a good snapshot
};

// The worst of: how long the host has been silent (Warning from 30 min, Down from 60), its last runs (Warning after a
// partial or failed one, Down after three failures in a row), and whether anything is backed up at all.
HostStatus judge_host(const HostFactsForStatus& facts, Time now);

}  // namespace holdfast::core
