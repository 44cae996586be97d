#pragma once

#include <chrono>
#include <compare>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/async/clock.hpp"
#include "runtime/async/errands.hpp"

// What disks think of themselves.
namespace holdfast::agent {

// The words for it, from best to worst.
inline constexpr std::string_view kSmartPassed = "passed";
inline constexpr std::string_view kSmartUnknown = "unknown";  // it was asked and did not say
inline constexpr std::string_view kSmartHot = "hot";
inline constexpr std::string_view kSmartPrefail = "prefail";  // an attribute says that it is near its end
inline constexpr std::string_view kSmartFailing = "failing";

// Of what `smartctl -j -H` printed, and its exit status, a mask of which some bits are no failure of smartctl: one of
// the words; empty: it is asleep.
std::string parse_smart(std::string_view json, int exit_status);

// One to ask, as `smartctl --scan` names it: "/dev/sda", or behind a controller "/dev/bus/0" as "megaraid,8".
struct SmartDrive {
  std::string path;
  std::string type;  // empty: smartctl finds it out

  auto operator<=>(const SmartDrive&) const = default;
  std::string name() const;  // "/dev/bus/0 (megaraid,8)"
};

// Of what `smartctl --scan -j` printed. A type is told only where the path alone does not say which drive is meant.
std::vector<SmartDrive> parse_smart_scan(std::string_view json);

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

  // Asks those of the disks ("sda") that have not been asked for the interval, and all others that smartctl finds:
  // spares, members of pools, what is behind a controller.
  runtime::Task<> refresh(std::vector<std::string> disks);
  // The worst that these disks said; empty when none said anything.
  std::string status_of(const std::vector<std::string>& disks) const;
  // What all other drives said, by their names.
  std::map<std::string, std::string> others(const std::vector<std::string>& disks) const;

 private:
  using Moment = std::chrono::steady_clock::time_point;
  struct Known {
    std::string status;
    Moment asked;
  };
  bool is_due(const SmartDrive& drive) const;
  runtime::Task<> scan();
  runtime::Task<> ask(const SmartDrive& drive);
  void forget_gone(const std::vector<SmartDrive>& drives);

  // Constant after construction.
  runtime::Loop& loop_;
  const runtime::Clock& clock_;
  Options options_;

  std::map<SmartDrive, Known> known_;
  std::vector<SmartDrive> found_;  // by the last scan
  std::optional<Moment> scanned_;
  runtime::Errands errands_;
};

}  // namespace holdfast::agent
