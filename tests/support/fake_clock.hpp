#pragma once

#include "runtime/async/clock.hpp"

namespace holdfast::tests {

// A clock that stands still until a test moves it.
class FakeClock final : public runtime::Clock {
 public:
  runtime::WallTime now() const override { return wall_; }
  std::chrono::steady_clock::time_point steady() const override { return steady_; }

  void advance(std::chrono::milliseconds by) {
    wall_ += by;
    steady_ += by;
  }
  // Only the wall clock: somebody set it.
  void jump(std::chrono::milliseconds by) { wall_ += by; }

 private:
  runtime::WallTime wall_ = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + std::chrono::hours(9);
  std::chrono::steady_clock::time_point steady_{std::chrono::hours(1000)};
};

}  // namespace holdfast::tests
