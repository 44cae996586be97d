#pragma once

#include <chrono>

namespace holdfast::runtime {

using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

// What time it is. Decisions take the time as an argument; this is where the argument comes from.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime now() const = 0;                                  // may jump
  virtual std::chrono::steady_clock::time_point steady() const = 0;  // never goes back
};

class SystemClock final : public Clock {
 public:
  WallTime now() const override;
  std::chrono::steady_clock::time_point steady() const override;
};

}  // namespace holdfast::runtime
