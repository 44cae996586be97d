#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "probes/host_paths.hpp"

// Where the container engines of a host listen.
namespace holdfast::agent {

struct EngineSocket {
  std::filesystem::path path;
  std::string user;  // who runs it; empty: the host

  bool operator==(const EngineSocket&) const = default;
};

// Those of Docker and Podman that are there, an engine with two names once.
std::vector<EngineSocket> find_sockets(const std::vector<std::filesystem::path>& candidates);

// Those that users run for themselves, in their run folders. A socket that is not the user's own is left out. Users
// say what is in these folders, so looking may take for ever.
std::vector<EngineSocket> find_sockets_of_users(const HostPaths& paths);

// Of /etc/passwd; empty where nobody has that number.
std::string find_user_name(std::string_view passwd, std::string_view number);

}  // namespace holdfast::agent
