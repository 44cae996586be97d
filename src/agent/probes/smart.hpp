#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/clock.hpp"
#include "runtime/errands.hpp"

// What disks think of themselves.
namespace holdfast::agent {

// Of what `smartctl -j -H` printed, and its exit status, a mask of which some bits are no failure of smartctl:
// "passed", "prefail" (an attribute says that it is near its end), "failing"; empty: unknown, asleep, or it has no
// SMART.
std::string parse_smart(std::string_view json, int exit_status);

// Asks disks seldom, and never wakes one. Lives on the loop's thread.
class SmartWatch {
 public:
  struct Options {
    std::string program = "smartctl";
    std::chrono::milliseconds interval = std::chrono::hours(6);
    std::chrono::milliseconds time_limit{10'000};  // for one disk
    std::chrono::milliseconds longest{20'000};     // none is asked any more after this; the next time, then
  };

  SmartWatch(runtime::Loop& loop, const runtime::Clock& clock, Options options);

  // Asks those of the disks ("sda") that have not been asked for the interval.
  runtime::Task<> refresh(std::vector<std::string> disks);
  // The worst that these disks said; empty when none said anything.
  std::string status_of(const std::vector<std::string>& disks) const;

 private:
  struct Known {
    std::string status;
    std::chrono::steady_clock::time_point asked;
  };
  bool is_due(const std::string& disk) const;
  runtime::Task<> ask(const std::string& disk);

  // Constant after construction.
  runtime::Loop& loop_;
  const runtime::Clock& clock_;
  Options options_;

  std::map<std::string, Known> known_;
  runtime::Errands errands_;
};

}  // namespace holdfast::agent
