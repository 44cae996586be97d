#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace holdfast::http {

// Token buckets by key (an address, an account). Keeps at most `max_keys`; full buckets are forgotten first.
class RateLimit {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  // `burst` at once, refilled evenly over `period`.
  RateLimit(double burst, std::chrono::seconds period, std::size_t max_keys = 10'000);

  // Takes one token. Nothing when there was one; otherwise how long until there is (for Retry-After).
  std::optional<std::chrono::seconds> take(std::string_view key, TimePoint now);

 private:
  struct Bucket {
    double tokens;
    TimePoint at;
  };
  void forget_full(TimePoint now);
  double refill(const Bucket& bucket, TimePoint now) const;

  double burst_;
  std::chrono::duration<double> period_;
  std::size_t max_keys_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace holdfast::http
