#include "schedules/show.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <utility>

namespace holdfast::web {

std::string_view clock_note(core::ClockChange change) {
  switch (change) {
    case core::ClockChange::None:
      return "";
    case core::ClockChange::Skipped:
      return "Clocks are set forward past its time: it runs when they are.";
    case core::ClockChange::Repeated:
      return "Clocks are set back: this time comes twice.";
  }
  std::unreachable();
}

std::string local_moment(core::LocalMinutes local) {
  return fmt::format("{:%a %d %b %Y, %H:%M}", fmt::gmtime(local.time_since_epoch() / std::chrono::seconds(1)));
}

std::vector<std::string> warnings_of(const fleet::SchedulePreview& preview) {
  if (!preview.disturbed) return {};
  return {fmt::format("On {}: {}", local_moment(preview.disturbed->local), clock_note(preview.disturbed->change))};
}

std::vector<std::string> warnings_of(const fleet::ScheduleOverview& overview) {
  const auto& schedule = overview.schedule;
  std::vector<std::string> warnings;
  if (overview.hosts == 0) warnings.emplace_back("It applies to no host.");
  if (!schedule.all_source_groups && schedule.source_groups.empty())
    warnings.emplace_back("Its source groups were removed: it backs up nothing.");
  if (!schedule.all_repositories && schedule.repositories.empty())
    warnings.emplace_back("Its repositories were removed: it backs up nothing.");
  return warnings;
}

}  // namespace holdfast::web
