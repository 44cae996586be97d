#include "fleet/reports/daily_bytes.hpp"

#include <algorithm>

namespace holdfast::fleet {

std::optional<std::chrono::seconds> DailyBytes::take(const std::string& sender, std::uint64_t bytes, core::Time now) {
  const auto today = std::chrono::floor<std::chrono::days>(now);
  if (today != day_) taken_.clear();
  day_ = today;
  auto& taken = taken_[sender];
  if (bytes > limit_ - std::min(taken, limit_)) {
    return std::chrono::ceil<std::chrono::seconds>(core::Time(today + std::chrono::days(1)) - now);
  }
  taken += bytes;
  return std::nullopt;
}

}  // namespace holdfast::fleet
