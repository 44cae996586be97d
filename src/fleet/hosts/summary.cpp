#include "fleet/hosts/summary.hpp"

#include <algorithm>
#include <utility>

#include "store/hosts/fleet_figures.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;
constexpr auto kLife = 2s;
// In a large fleet some status or job changes between any two looks, and counting takes a fifth of a second: that is
// done beside, while somebody looks, and only who comes after a while waits for it.
constexpr auto kLifeOfLarge = 5s;
constexpr auto kOldestOfLarge = 20s;
constexpr std::size_t kTags = 4;

void add(FleetSummary& summary, const core::CauseCount& count) {
  auto& causes = count.state == core::HostState::Down ? summary.down_causes : summary.warning_causes;
  causes[count.cause] += count.hosts;
}

void add(FleetSummary& summary, const core::RunHour& run) {
  if (run.hour >= summary.hours.size()) return;
  auto& hour = summary.hours[run.hour];
  if (run.state == core::JobState::Succeeded) hour.succeeded += run.jobs;
  if (run.state == core::JobState::Partial) hour.partial += run.jobs;
  if (run.state == core::JobState::Failed) hour.failed += run.jobs;
}

FleetSummary summarise(store::View& view, core::Time now) {
  FleetSummary summary;
  for (const auto& count : store::count_causes(view)) add(summary, count);
  const auto counts = store::count_protection(view, now - 1h, now);
  summary.expected = counts.expected;
  summary.within_limit = counts.within;
  summary.unprotected = counts.unprotected;
  summary.agents = counts.agents;
  summary.reported = counts.reported;
  summary.customers = counts.customers;
  summary.customer_keys = counts.keys;
  summary.tags = store::list_frequent_tags(view, kTags);
  for (const auto& run : store::count_runs(view, now - 24h)) add(summary, run);
  return summary;
}

}  // namespace

bool Summary::is_outdated() const {
  return read_at_ && version_ != live_.version({Topic::Fleet, Topic::Job});
}

Task<FleetSummary> Summary::read() {
  asked_ = true;
  if (!read_at_ || !is_good(clock_.steady() - *read_at_)) co_await count();
  co_return last_;
}

Task<> Summary::round() {
  if (!is_large() || clock_.steady() - *read_at_ < kLifeOfLarge || !std::exchange(asked_, false)) co_return;
  co_await count();
}

Task<> Summary::count() {
  const auto steady = clock_.steady();
  const auto version = live_.version({Topic::Fleet, Topic::Job});
  const auto look = [now = clock_.now()](store::View& view) { return summarise(view, now); };
  last_ = co_await database_.read(look);
  read_at_ = steady;
  version_ = version;
}

bool Summary::is_good(std::chrono::steady_clock::duration age) const {
  if (is_large()) return age < kOldestOfLarge;
  return age < kLife && version_ == live_.version({Topic::Fleet, Topic::Job});
}

bool Summary::is_large() const {
  return std::max(last_.expected, last_.reported) > large_;
}

}  // namespace holdfast::fleet
