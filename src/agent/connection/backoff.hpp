#pragma once

#include <algorithm>
#include <chrono>
#include <random>

namespace holdfast::agent {

// How long to wait before the next attempt: a random time up to a bound that doubles, so that a thousand agents do not
// come back to a restarted hub in the same second. Only a connection that has held begins anew: one that ends again and
// again soon after its welcome must not be dialled as often as that.
class Backoff {
 public:
  using Duration = std::chrono::milliseconds;
  Backoff(Duration first, Duration longest) : first_(first), longest_(longest), bound_(first) {}

  Duration next() {
    const Duration bound = bound_;
    bound_ = std::min(bound_ * 2, longest_);
    return Duration(std::uniform_int_distribution<Duration::rep>(0, bound.count())(random_));
  }
  // A connection was held for so long.
  void lasted(std::chrono::steady_clock::duration time) {
    if (time >= longest_) bound_ = first_;
  }
  // Of the next wait.
  Duration bound() const { return bound_; }

 private:
  Duration first_;
  Duration longest_;
  Duration bound_;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace holdfast::agent
