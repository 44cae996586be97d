#pragma once

#include <optional>

#include "core/ids.hpp"

namespace holdfast::fleet {

// How far somebody sees: one customer, or all of them. What lies beyond is not there.
struct Scope {
  std::optional<core::CustomerId> customer;

  bool sees(const core::CustomerId& other) const { return !customer || *customer == other; }
};

}  // namespace holdfast::fleet
