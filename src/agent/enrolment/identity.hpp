#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace holdfast::agent {

// Who this agent is for which hub: what enrolment gave it. `bearer` is a secret.
struct Identity {
  std::string hub_url;  // "https://hub.example", without a '/' at the end
  std::string host_id;
  std::string bearer;
  std::string ca_file;  // what the hub's certificate was checked with when it was given; or empty
};

// Nothing when the agent is not enrolled. Throws std::runtime_error with a sentence when the file is damaged.
std::optional<Identity> load_identity(const std::filesystem::path& state_directory);
// Survives power loss on return.
void store_identity(const std::filesystem::path& state_directory, const Identity& identity);

}  // namespace holdfast::agent
