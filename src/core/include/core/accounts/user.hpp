#pragma once

#include <string>

#include "core/ids.hpp"
#include "core/time.hpp"

// Who signs in.
namespace holdfast::core {

struct User {
  UserId id;
  std::string name;  // unique, compared without regard to ASCII case
  std::string password_hash;
  std::string role;  // "admin"
  Time created_at;
};

}  // namespace holdfast::core
