#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "probes/disks/disk_question.hpp"
#include "probes/disks/mounts.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/errands.hpp"

namespace holdfast::agent {

// Looks at disks again and again; one that hangs is reported as such and left alone until it answers. Lives on the
// loop's thread.
class DiskWatch {
 public:
  struct Options {
    std::chrono::milliseconds time_limit{5'000};
    // Servers are not asked more often, and what is mounted only while it is used may go in between.
    std::chrono::milliseconds remote_interval{600'000};
    std::function<DiskAnswer(const Mount&)> ask = ask_file_system;
  };

  DiskWatch(runtime::Loop& loop, const runtime::Clock& clock, Options options);

  // One answer each, in the order of the mounts.
  runtime::Task<std::vector<DiskAnswer>> look(std::vector<Mount> mounts);

 private:
  struct Kept {
    DiskAnswer answer;
    std::chrono::steady_clock::time_point at;
  };

  runtime::Task<> look_at(const Mount& mount, DiskAnswer& answer);
  const DiskAnswer* find_kept(const Mount& mount) const;
  void forget_gone(const std::vector<Mount>& mounts);

  // Constant after construction.
  runtime::Loop& loop_;
  const runtime::Clock& clock_;
  Options options_;

  std::map<std::string, Kept> kept_;  // of those that are not asked each time, by mount point
  runtime::Errands errands_;
};

}  // namespace holdfast::agent
