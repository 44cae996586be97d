#pragma once

#include <string>

namespace holdfast::fleet {

// Who asks for a change, for the audit log.
struct Actor {
  std::string name;     // "admin", "host 01J…", "setup"
  std::string address;  // where the request came from
};

}  // namespace holdfast::fleet
