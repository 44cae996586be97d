#include "core/schedule/schedule.hpp"

#include <fmt/format.h>

#include "core/jobs/backup.hpp"
#include "names.hpp"

namespace holdfast::core {
namespace {

constexpr Names<MissedRun, 3> kMissedRuns{{
    {MissedRun::RunOnce, "run_once"},
    {MissedRun::Skip, "skip"},
    {MissedRun::WithinWindow, "within_window"},
}};

Result<> check_count(std::string_view field, std::size_t count) {
  if (count <= kMostOfSchedule) return {};
  return fail(ErrorKind::Invalid, "schedule_invalid",
              fmt::format("{}: there can be {} at most.", field, kMostOfSchedule));
}

}  // namespace

Result<> check_schedule(const Schedule& schedule) {
  if (auto checked = check_name("name: The schedule name", schedule.name); !checked) return checked;
  if (schedule.window.count() < 0 || schedule.window > kLongestWindow)
    return fail(ErrorKind::Invalid, "schedule_invalid",
                fmt::format("window_minutes: it must be from 0 to {}.", kLongestWindow.count()));
  if (auto checked = check_count("hosts", schedule.applies_to.hosts.size()); !checked) return checked;
  if (auto checked = check_count("tags", schedule.applies_to.tags.size()); !checked) return checked;
  if (auto checked = check_count("source_groups", schedule.source_groups.size()); !checked) return checked;
  return check_count("repositories", schedule.repositories.size());
}

std::string_view to_text(MissedRun missed) {
  return name_of(kMissedRuns, missed);
}
std::optional<MissedRun> parse_missed_run(std::string_view text) {
  return value_of(kMissedRuns, text);
}

}  // namespace holdfast::core
