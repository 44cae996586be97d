#pragma once

#include "runtime/clock.hpp"
#include "runtime/task.hpp"
#include "store/database.hpp"

namespace holdfast::fleet {

// Whether the hub can do its work: the database takes writes, and the hub is not stopping.
class Health {
 public:
  Health(store::Database& database, const runtime::Clock& clock) : database_(database), clock_(clock) {}

  runtime::Task<bool> ready();
  void stopping() { stopping_ = true; }

 private:
  store::Database& database_;
  const runtime::Clock& clock_;
  bool stopping_ = false;
};

}  // namespace holdfast::fleet
