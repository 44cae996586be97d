#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/jobs/job.hpp"
#include "core/status/status.hpp"
#include "core/time.hpp"
#include "store/sqlite/database.hpp"

// The whole fleet counted, by a few statements that read one small row a host.
namespace holdfast::store {

// Hosts in one state for one cause.
struct CauseCount {
  core::HostState state = core::HostState::Warning;
  core::StatusCause cause = core::StatusCause::None;
  std::size_t hosts = 0;

  bool operator==(const CauseCount&) const = default;
};
// Of those that are Warning or Down.
std::vector<CauseCount> count_causes(View& view);

struct ProtectionCounts {
  std::size_t expected = 0;     // hosts that need backups, whatever is known of them
  std::size_t within = 0;       // of them, those whose last good backup is within the limit they were judged by
  std::size_t unprotected = 0;  // of them, those without any
  std::size_t agents = 0;       // hosts with an agent
  std::size_t reported = 0;     // hosts with a report at or after the moment asked for
  std::size_t customers = 0;    // that have hosts
  std::size_t keys = 0;         // of customers, not ended
};
ProtectionCounts count_protection(View& view, core::Time reported_since, core::Time now);

struct TagCount {
  std::string tag;
  std::size_t hosts = 0;

  bool operator==(const TagCount&) const = default;
};
// Those that most hosts have.
std::vector<TagCount> list_frequent_tags(View& view, std::size_t limit);

// Jobs that ended in one hour after `from`, in one state.
struct RunHour {
  std::size_t hour = 0;  // 0: the first one after `from`
  core::JobState state = core::JobState::Succeeded;
  std::size_t jobs = 0;

  bool operator==(const RunHour&) const = default;
};
std::vector<RunHour> count_runs(View& view, core::Time from);

}  // namespace holdfast::store
