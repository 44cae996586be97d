#pragma once

#include <optional>

#include "core/time.hpp"
#include "fleet/accounts/actor.hpp"
#include "fleet/live/unit.hpp"
#include "fleet/store.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/task.hpp"

namespace holdfast::fleet {

using runtime::Task;

// Doubts the hub's clock when it is far beyond the last moment at which the hub knows that it lived: a machine whose
// battery is empty, a virtual machine that was restored. What is removed by age waits until a person has said that the
// clock is right, or until it is set back. Lives on the loop's thread.
class ClockGuard {
 public:
  static constexpr std::chrono::days kFar{7};

  ClockGuard(store::Database& database, const runtime::Clock& clock, Live& live, Watch& watch)
      : database_(database), clock_(clock), units_(database, clock, live, watch) {}

  // Before anything else notes that the hub lives.
  Task<> start();
  // Every few seconds: the clock may jump at any time.
  Task<> round();
  // The clock is right: a person says so.
  Task<> confirm(Actor actor);

  // Set while the clock is doubted: the last moment at which the hub knows that it lived.
  std::optional<core::Time> lived_until() const { return lived_until_; }

 private:
  Task<> doubt(core::Time lived_until);
  Task<> trust();
  Task<> forget_doubt();

  store::Database& database_;
  const runtime::Clock& clock_;
  Units units_;
  std::optional<core::Time> lived_until_;
  core::Time last_round_;
};

}  // namespace holdfast::fleet
