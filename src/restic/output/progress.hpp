#pragma once

#include <chrono>
#include <deque>
#include <optional>

#include "core/jobs/job.hpp"
#include "output/output.hpp"
#include "runtime/async/clock.hpp"

namespace holdfast::restic {

// Makes progress for people from status lines: paced, with a smoothed rate, and with a remaining time only while the
// rate is steady and restic has counted everything.
class ProgressMeter {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  // Nothing when the one before is not yet a second ago.
  std::optional<core::JobProgress> update(const Status& status, Moment now, runtime::WallTime wall);

 private:
  struct Sample {
    Moment at;
    std::uint64_t bytes_done;
    std::uint64_t bytes_total;
  };

  void remember(const Status& status, Moment now);
  bool is_due(Moment now);
  double rate() const;  // bytes a second over the window
  bool is_steady() const;
  std::optional<std::chrono::seconds> remaining() const;

  std::deque<Sample> window_;
  std::optional<Moment> due_;
};

}  // namespace holdfast::restic
