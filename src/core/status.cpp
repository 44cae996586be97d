#include "core/status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;
constexpr auto kSilenceWarning = 30min;
constexpr auto kSilenceDown = 60min;
constexpr int kFailuresDown = 3;

HostStatus judge_silence(const HostFactsForStatus& facts, Time now) {
  if (facts.connected) return {};
  if (!facts.last_seen_at) return {HostState::Waiting, "Waiting for the agent to connect"};
  const auto silence = now - std::max(*facts.last_seen_at, facts.watched_since);
  if (silence < kSilenceWarning) return {};
  const auto state = silence < kSilenceDown ? HostState::Warning : HostState::Down;
  return {state, fmt::format("Not connected for {}", format_age(now - *facts.last_seen_at))};
}

// How many of the newest finished runs failed in a row; cancelled and unfinished ones do not count.
int failures_in_a_row(const std::vector<JobState>& runs) {
  int failures = 0;
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    if (*run == JobState::Succeeded || *run == JobState::Partial) break;
    failures += *run == JobState::Failed;
  }
  return failures;
}

bool last_was_partial(const std::vector<JobState>& runs) {
  const auto last = std::find_if(runs.rbegin(), runs.rend(),
                                 [](JobState run) { return is_final(run) && run != JobState::Cancelled; });
  return last != runs.rend() && *last == JobState::Partial;
}

HostStatus judge_runs(const HostFactsForStatus& facts) {
  const int failures = failures_in_a_row(facts.runs);
  if (failures >= kFailuresDown) return {HostState::Down, fmt::format("Backup failed {} times in a row", failures)};
  if (failures > 0) return {HostState::Warning, failures == 1 ? "The last backup failed" : "The last 2 backups failed"};
  if (last_was_partial(facts.runs)) return {HostState::Warning, "Some files could not be read in the last backup"};
  if (!facts.has_plan) return {HostState::Warning, "Nothing is backed up: no source group or no repository"};
  if (!facts.has_success) return {HostState::Warning, "No backup yet"};
  return {};
}

}  // namespace

std::string_view to_text(HostState state) {
  switch (state) {
    case HostState::Ok:
      return "ok";
    case HostState::Waiting:
      return "waiting";
    case HostState::Warning:
      return "warning";
    case HostState::Down:
      return "down";
  }
  std::unreachable();
}

HostStatus judge_host(const HostFactsForStatus& facts, Time now) {
  const HostStatus silence = judge_silence(facts, now);
  if (silence.state == HostState::Waiting) return silence;
  const HostStatus runs = judge_runs(facts);
  return runs.state > silence.state ? runs : silence;
}

}  // namespace holdfast::core
