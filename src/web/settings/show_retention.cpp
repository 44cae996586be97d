#include "settings/show_retention.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "kit/render/filters.hpp"

namespace holdfast::web {
namespace {

std::string days_text(std::chrono::days days) {
  return filters::plural(static_cast<std::uint64_t>(days.count()), "day", "days");
}

// "Tue 01 Dec 2026, 04:30", by the clocks of the zone.
std::string local_text(const runtime::TimeZone& zone, core::Time time) {
  return fmt::format("{:%a %d %b %Y, %H:%M}",
                     fmt::gmtime(zone.to_local(time).time_since_epoch() / std::chrono::seconds(1)));
}

}  // namespace

std::vector<views::Fact> show_retention(const fleet::RecordExpiryOptions& options,
                                        std::optional<core::Time> next_prune) {
  std::vector<views::Fact> facts{
      {"Raw reports", days_text(options.raw)},
      {"Aggregates", days_text(options.roll_ups)},
      {"Logs of jobs", days_text(options.job_logs)},
      {"Jobs", days_text(options.jobs)},
      {"Audit log", days_text(options.audit)},
      {"Pruned", fmt::format("{} {}", options.prune_schedule.sentence(), options.zone_name)}};
  if (next_prune)
    facts.push_back({"Next pruning", fmt::format("{} {}", local_text(options.zone, *next_prune), options.zone_name)});
  return facts;
}

}  // namespace holdfast::web
