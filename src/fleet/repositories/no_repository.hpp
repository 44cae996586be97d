#pragma once

#include "core/error.hpp"

namespace holdfast::fleet {

inline auto no_repository() {
  return core::fail(core::ErrorKind::NotFound, "no_such_repository", "There is no such repository.");
}

}  // namespace holdfast::fleet
