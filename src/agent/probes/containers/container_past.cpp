#include "probes/containers/container_past.hpp"

#include <algorithm>
#include <utility>

#include "probes/system/kernel_text.hpp"

namespace holdfast::agent {
namespace {

using namespace std::chrono_literals;

constexpr auto kSettled = 10min;  // without a restart for so long it runs
constexpr unsigned kAgainAndAgain = 2;
constexpr auto kSeldom = 1h;

}  // namespace

void ContainerPast::note_state(const std::string& state, Moment now) {
  if (state != "restarting") return;
  in_a_row_ = std::max(in_a_row_, kAgainAndAgain);
  restarted_at_ = now;
}

void ContainerPast::note_restarts(std::optional<std::uint64_t> restarts, Moment now) {
  const auto before = std::exchange(restarts_, restarts);
  if (!before || !restarts || *restarts <= *before) return;
  in_a_row_ = restarted_lately(now) ? in_a_row_ + 1 : 1;
  if (*restarts - *before >= kAgainAndAgain) in_a_row_ += kAgainAndAgain;
  restarted_at_ = now;
}

bool ContainerPast::restarted_lately(Moment now) const {
  return in_a_row_ > 0 && now - restarted_at_ < kSettled;
}

bool ContainerPast::keeps_restarting(Moment now) const {
  return in_a_row_ >= kAgainAndAgain && restarted_lately(now);
}

void ContainerPast::note_health(std::string health, Moment now) {
  health_ = std::move(health);
  health_at_ = now;
}

bool ContainerPast::is_health_due(Moment now) const {
  return !health_at_ || !health_.empty() || now - *health_at_ >= kSeldom;
}

std::optional<double> ContainerPast::note_statistics(const Statistics& statistics, Moment now) {
  const auto before = std::exchange(cpu_nanoseconds_, statistics.cpu_nanoseconds);
  const std::chrono::duration<double, std::nano> time = now - std::exchange(statistics_at_, now);
  if (!before || !cpu_nanoseconds_ || *cpu_nanoseconds_ < *before) return statistics.cpu_percent;
  return percent_of(static_cast<double>(*cpu_nanoseconds_ - *before), time.count());
}

}  // namespace holdfast::agent
