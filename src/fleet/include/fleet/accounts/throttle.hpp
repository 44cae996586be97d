#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <unordered_map>

namespace holdfast::fleet {

// Counts failures by key and makes the next try wait: free for the first few, then 1 s doubling to a cap. A success
// clears the key. It delays instead of locking out, so that nobody can lock out somebody else for long.
class Throttle {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  explicit Throttle(int free_failures, std::size_t max_keys = 10'000)
      : free_failures_(free_failures), max_keys_(max_keys) {}

  // How long `key` must still wait, or nothing when it may try now.
  std::optional<std::chrono::seconds> wait(const std::string& key, TimePoint now) const;
  void failed(const std::string& key, TimePoint now);
  // Takes back a failure that was counted and was none.
  void forgive(const std::string& key, TimePoint now);
  void succeeded(const std::string& key) { entries_.erase(key); }

 private:
  struct Entry {
    int failures = 0;
    TimePoint blocked_until;
  };
  void forget_old(TimePoint now);

  int free_failures_;
  std::size_t max_keys_;
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace holdfast::fleet
