#include "fleet/schedules/preview.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/time_zone.hpp"
#include "schedules/zone.hpp"

namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

// Of a daily schedule more than a year.
constexpr std::size_t kLookedAt = 400;

}  // namespace

Result<SchedulePreview> preview_schedule(std::string_view cron, std::string_view timezone, core::Time from,
                                         std::size_t count) {
  const auto schedule = core::Cron::parse(cron);
  if (!schedule)
    return fail(ErrorKind::Invalid, schedule.error().code, fmt::format("cron: {}.", schedule.error().message));
  if (!schedule->is_ever_due())
    return fail(ErrorKind::Invalid, "schedule_never_due", "cron: day: there is no such day, so this would never run.");
  const auto zone = runtime::find_zone(timezone);
  if (!zone)
    return fail(ErrorKind::Invalid, "timezone_unknown",
                "timezone: this machine knows no such time zone; it must be a name such as Europe/Budapest.");
  SchedulePreview preview;
  preview.sentence = schedule->sentence();
  preview.runs = core::next_runs(*schedule, zone_of(*zone), from, std::max(count, kLookedAt));
  const auto disturbed =
      std::ranges::find_if(preview.runs, [](const auto& run) { return run.change != core::ClockChange::None; });
  if (disturbed != preview.runs.end()) preview.disturbed = *disturbed;
  preview.runs.resize(std::min(preview.runs.size(), count));
  return preview;
}

}  // namespace holdfast::fleet
