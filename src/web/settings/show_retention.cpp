#include "settings/show_retention.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <sstream>

#include "kit/render/filters.hpp"

namespace holdfast::web {
namespace {

std::string days_text(std::chrono::days days) {
  return filters::plural(static_cast<std::uint64_t>(days.count()), "day", "days");
}

// "daily at 04:30" of "30 4 * * *"; any other schedule as it is written.
std::string schedule_text(const std::string& cron) {
  unsigned minute = 0;
  unsigned hour = 0;
  std::string rest;
  std::istringstream words(cron);
  const bool fixed = static_cast<bool>(words >> minute >> hour) && std::getline(words, rest) && rest == " * * *";
  return fixed ? fmt::format("daily at {:02}:{:02}", hour, minute) : cron;
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
      {"Pruned", fmt::format("{} {}", schedule_text(options.prune_text), options.zone_name)}};
  if (next_prune)
    facts.push_back({"Next pruning", fmt::format("{} {}", local_text(options.zone, *next_prune), options.zone_name)});
  return facts;
}

}  // namespace holdfast::web
