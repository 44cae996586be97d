#include "kit/shell/pulse_counter.hpp"

#include "fleet/show.hpp"

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;
constexpr auto kLife = 1s;

}  // namespace

runtime::Task<views::Pulse> PulseCounter::count() {
  const auto counts = co_await hosts_.counts();
  auto pulse = show_counts(counts);
  pulse.waiting_hosts = co_await enrolment_.count_pending();
  pulse.unfinished_jobs = co_await jobs_.count_unfinished();
  pulse.agents = co_await hosts_.count_agents();
  co_return pulse;
}

runtime::Task<views::Pulse> PulseCounter::read() {
  const auto now = clock_.steady();
  const auto version = live_.version({fleet::Topic::Fleet, fleet::Topic::Job, fleet::Topic::Pending});
  if (!counted_ || version != version_ || now - counted_at_ >= kLife) {
    counted_ = co_await count();
    version_ = version;
    counted_at_ = now;
  }
  auto pulse = *counted_;
  pulse.connected = agents_.size();
  co_return pulse;
}

}  // namespace holdfast::web
