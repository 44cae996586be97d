#include "http/server/rate_limit.hpp"

#include <algorithm>
#include <cmath>

namespace holdfast::http {

RateLimit::RateLimit(double burst, std::chrono::seconds period, std::size_t max_keys)
    : burst_(burst), period_(period), max_keys_(max_keys) {}

std::optional<std::chrono::seconds> RateLimit::take(std::string_view key, TimePoint now) {
  std::string name(key);
  auto found = buckets_.find(name);
  if (found == buckets_.end()) {
    if (buckets_.size() >= max_keys_) forget_full(now);
    found = buckets_.emplace(std::move(name), Bucket{burst_, now}).first;
  }
  Bucket& bucket = found->second;
  bucket = {refill(bucket, now), std::max(now, bucket.at)};
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return std::nullopt;
  }
  const auto wait = std::ceil((1 - bucket.tokens) * period_.count() / burst_);
  return std::chrono::seconds(std::max(1LL, static_cast<long long>(wait)));
}

// When nobody's bucket is full, the fullest goes: it holds back the least.
void RateLimit::forget_full(TimePoint now) {
  std::erase_if(buckets_, [&](const auto& entry) { return refill(entry.second, now) >= burst_; });
  if (buckets_.size() < max_keys_ || buckets_.empty()) return;
  const auto tokens = [&](const auto& entry) { return refill(entry.second, now); };
  buckets_.erase(std::ranges::max_element(buckets_, {}, tokens));
}

double RateLimit::refill(const Bucket& bucket, TimePoint now) const {
  const std::chrono::duration<double> passed = std::max(now - bucket.at, TimePoint::duration::zero());
  return std::min(burst_, bucket.tokens + passed / period_ * burst_);
}

}  // namespace holdfast::http
