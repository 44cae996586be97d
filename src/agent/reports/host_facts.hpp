#pragma once

#include <string>
#include <string_view>

namespace holdfast::agent {

// What this machine is.
struct HostFacts {
  std::string hostname;
  std::string os;  // "Debian GNU/Linux 12 (bookworm)"
  std::string arch;
  std::string kernel;
};

HostFacts read_host_facts();

// PRETTY_NAME of an os-release file, or "Linux".
std::string pretty_name(std::string_view os_release);

// Of this program.
std::string_view agent_version();

}  // namespace holdfast::agent
