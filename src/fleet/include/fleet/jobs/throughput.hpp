#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "core/ids.hpp"
#include "core/time.hpp"

namespace holdfast::fleet {

// How fast one running job reads its sources, from its first progress on. Bounded: a long job has coarser samples.
class Throughput {
 public:
  struct Sample {
    core::Time at;                   // a multiple of step()
    std::uint64_t bytes_per_second;  // the average of what was told in the step that begins there
    bool operator==(const Sample&) const = default;
  };
  static constexpr std::size_t kMostSamples = 120;

  void add(core::Time at, std::uint64_t bytes_per_second);
  // Oldest first. Steps in which nothing was told are missing.
  std::vector<Sample> samples() const;
  core::milliseconds step() const { return step_; }

 private:
  struct Step {
    core::Time at;
    double sum;
    std::uint32_t count;
  };
  void put(Step step);
  void coarsen();

  core::milliseconds step_{1000};
  std::vector<Step> steps_;
};

// The throughput of the jobs that run, in memory only: a restart forgets what was before it. Bounded: beyond
// kMostJobs, further jobs have none, unless another one has not been heard of for a while.
class Throughputs {
 public:
  static constexpr std::size_t kMostJobs = 1000;

  void add(const core::JobId& job, core::Time now, std::uint64_t bytes_per_second);
  void remove(const core::JobId& job) { jobs_.erase(job); }
  // Empty for a job that is not known.
  Throughput of(const core::JobId& job) const;

 private:
  struct Entry {
    Throughput throughput;
    core::Time heard_at;
  };
  void forget_silent(core::Time now);

  std::map<core::JobId, Entry> jobs_;
  core::Time forget_again_at_;
};

}  // namespace holdfast::fleet
