#pragma once

#include <chrono>
#include <optional>

#include "fleet/store.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/task.hpp"

namespace holdfast::fleet {

// Whether the hub can do its work: the database takes writes, and the hub is not stopping.
class Readiness {
 public:
  Readiness(store::Database& database, const runtime::Clock& clock) : database_(database), clock_(clock) {}

  // Asks the database at most once a second, however many ask; between, and while it is asked, it says what it said.
  runtime::Task<bool> ready();
  void stopping() { stopping_ = true; }

 private:
  runtime::Task<bool> takes_writes();

  store::Database& database_;
  const runtime::Clock& clock_;
  bool stopping_ = false;
  bool writable_ = false;
  std::optional<std::chrono::steady_clock::time_point> asked_at_;
};

}  // namespace holdfast::fleet
