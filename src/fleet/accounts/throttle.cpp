#include "fleet/accounts/throttle.hpp"

#include <algorithm>

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;
constexpr std::chrono::seconds kLongestWait = 60s;
constexpr auto kForgetAfter = 15min;

std::chrono::seconds delay_after(int counted_failures) {
  return std::min<std::chrono::seconds>(1s * (1 << std::min(counted_failures - 1, 6)), kLongestWait);
}

}  // namespace

std::optional<std::chrono::seconds> Throttle::wait(const std::string& key, TimePoint now) const {
  const auto found = entries_.find(key);
  if (found == entries_.end() || found->second.blocked_until <= now) return std::nullopt;
  return std::chrono::ceil<std::chrono::seconds>(found->second.blocked_until - now);
}

void Throttle::failed(const std::string& key, TimePoint now) {
  if (entries_.size() >= max_keys_) forget_old(now);
  Entry& entry = entries_[key];
  if (entry.blocked_until + kForgetAfter < now) entry.failures = 0;
  ++entry.failures;
  const int counted = entry.failures - free_failures_;
  entry.blocked_until = counted > 0 ? now + delay_after(counted) : now;
}

void Throttle::forgive(const std::string& key, TimePoint now) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return;
  --found->second.failures;
  found->second.blocked_until = now;
}

void Throttle::forget_old(TimePoint now) {
  std::erase_if(entries_, [now](const auto& item) { return item.second.blocked_until + kForgetAfter < now; });
  if (entries_.size() >= max_keys_) entries_.clear();
}

}  // namespace holdfast::fleet
