#pragma once

#include "core/time.hpp"
#include "runtime/async/clock.hpp"
#include "text/time.hpp"

namespace holdfast::agent::test {

// A clock that goes only when a test says so.
class SampleClock final : public runtime::Clock {
 public:
  runtime::WallTime now() const override { return *text::parse_time("2026-11-22T06:21:00Z") + passed_; }
  std::chrono::steady_clock::time_point steady() const override {
    return std::chrono::steady_clock::time_point(std::chrono::hours(1)) + passed_;
  }
  void advance(std::chrono::milliseconds time) { passed_ += time; }

 private:
  std::chrono::milliseconds passed_{0};
};

}  // namespace holdfast::agent::test
