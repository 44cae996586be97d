#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/time.hpp"

namespace holdfast::fleet {

// How much each sender may have stored in a day of UTC. In memory: a restart begins anew, which is no matter for what
// protects a disk.
class DailyBytes {
 public:
  explicit DailyBytes(std::uint64_t limit) : limit_(limit) {}

  // Nothing when there was room, which is taken; else how long until there is again.
  std::optional<std::chrono::seconds> take(const std::string& sender, std::uint64_t bytes, core::Time now);
  std::uint64_t limit() const { return limit_; }

 private:
  std::uint64_t limit_;
  std::chrono::sys_days day_;
  std::unordered_map<std::string, std::uint64_t> taken_;
};

}  // namespace holdfast::fleet
