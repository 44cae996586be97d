#include "fleet/jobs/throughput.hpp"

#include <algorithm>
#include <utility>

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;
constexpr core::milliseconds kSilent = 10min;
constexpr core::milliseconds kForgetEvery = 1min;

}  // namespace

void Throughput::add(core::Time at, std::uint64_t bytes_per_second) {
  put({at, static_cast<double>(bytes_per_second), 1});
  while (steps_.size() > kMostSamples) coarsen();
}

// A clock that was set back adds to the newest step.
void Throughput::put(Step step) {
  step.at -= step.at.time_since_epoch() % step_;
  if (steps_.empty() || step.at > steps_.back().at) {
    steps_.push_back(step);
    return;
  }
  steps_.back().sum += step.sum;
  steps_.back().count += step.count;
}

void Throughput::coarsen() {
  step_ *= 2;
  for (const Step& step : std::exchange(steps_, {})) put(step);
}

std::vector<Throughput::Sample> Throughput::samples() const {
  std::vector<Sample> samples;
  for (const Step& step : steps_) samples.push_back({step.at, static_cast<std::uint64_t>(step.sum / step.count)});
  return samples;
}

void Throughputs::add(const core::JobId& job, core::Time now, std::uint64_t bytes_per_second) {
  if (jobs_.size() >= kMostJobs && !jobs_.contains(job)) forget_silent(now);
  if (jobs_.size() >= kMostJobs && !jobs_.contains(job)) return;
  Entry& entry = jobs_[job];
  entry.throughput.add(now, bytes_per_second);
  entry.heard_at = now;
}

void Throughputs::forget_silent(core::Time now) {
  if (now < forget_again_at_) return;
  forget_again_at_ = now + kForgetEvery;
  std::erase_if(jobs_, [now](const auto& job) { return job.second.heard_at + kSilent < now; });
}

Throughput Throughputs::of(const core::JobId& job) const {
  const auto found = jobs_.find(job);
  return found == jobs_.end() ? Throughput() : found->second.throughput;
}

}  // namespace holdfast::fleet
