#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/schedule/fires.hpp"
#include "core/time.hpp"

// When which hosts back up, and what to where.
namespace holdfast::core {

// Hosts by their ids, and all that have one of the tags.
struct AppliesTo {
  std::vector<HostId> hosts;
  std::vector<std::string> tags;

  bool operator==(const AppliesTo&) const = default;
};

struct Schedule {
  ScheduleId id;
  CustomerId customer;  // whose hosts it is for
  std::string name;
  std::string cron;
  std::string timezone;
  std::chrono::minutes window{0};  // in which its hosts are spread
  MissedRun missed = MissedRun::RunOnce;
  bool enabled = true;
  // Of these source groups, or of all that the host has; where those that were named are gone, of none.
  bool all_source_groups = true;
  std::vector<SourceGroupId> source_groups = {};
  // To these repositories, as far as the host is linked to them, or to all that it is linked to.
  bool all_repositories = true;
  std::vector<RepositoryId> repositories = {};
  AppliesTo applies_to = {};
  Time decided_at = {};  // when it was created, enabled or given other times: nothing before that moment is missed
  Time created_at = {};
};

inline constexpr std::chrono::minutes kLongestWindow = std::chrono::hours(24);
inline constexpr std::size_t kMostOfSchedule = 1000;  // hosts, tags, source groups or repositories

// The name, the window and how many there are of each; not whether they exist, nor cron and time zone. The message
// begins with the name of the field.
Result<> check_schedule(const Schedule& schedule);

std::string_view to_text(MissedRun missed);  // "run_once", "skip", "within_window"
std::optional<MissedRun> parse_missed_run(std::string_view text);

}  // namespace holdfast::core
