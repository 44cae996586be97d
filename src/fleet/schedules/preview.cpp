#include "fleet/schedules/preview.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/schedule/zone.hpp"
#include "runtime/time_zone.hpp"
#include "text/time.hpp"

namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

constexpr std::size_t kLookedAt = 400;
constexpr auto kLookedAhead = std::chrono::days(366);

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
  preview.runs = core::next_runs(*schedule, core::zone_of(*zone), from, count);
  const auto of_a_year =
      core::next_runs(*schedule, core::zone_of(*zone), from, kLookedAt, text::into_range(from + kLookedAhead));
  const auto disturbed =
      std::ranges::find_if(of_a_year, [](const auto& run) { return run.change != core::ClockChange::None; });
  if (disturbed != of_a_year.end()) preview.disturbed = *disturbed;
  return preview;
}

}  // namespace holdfast::fleet
