#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/repositories/repository_address.hpp"

// What restic takes from its environment to reach a repository: one list for hub and agent. A variable that is not in
// it is refused by both, because many that restic, ssh and rclone know name programs to run.
namespace holdfast::core {

using Variables = std::map<std::string, std::string>;

enum class VariableKind {
  Plain,   // may be shown in a log: a region, the name of an account
  Secret,  // a key, a password, or what may hold one
  File,    // a path on the host, or the content of the file instead
};

struct RepositoryVariable {
  std::string_view name;
  std::string_view label;  // as a form calls it
  VariableKind kind = VariableKind::Plain;
};

// How to sign in at the backend; empty for those without variables.
std::span<const RepositoryVariable> credentials_of(Backend backend);
// Proxies and certificates; empty for those that use no HTTP.
std::span<const RepositoryVariable> network_variables_of(Backend backend);
// Null when the backend has no such variable.
const RepositoryVariable* find_variable(Backend backend, std::string_view name);

// What an agent may pass on of its own environment besides: where a host's own credentials are.
std::span<const std::string_view> own_credentials_of(Backend backend);
std::span<const std::string_view> own_network_variables_of(Backend backend);

// Names the first variable that is wrong, never its value.
Result<> check_variables(Backend backend, const Variables& variables);

// Those without which restic cannot even begin.
std::vector<std::string_view> missing_variables(Backend backend, const Variables& variables);

// Whether a File variable holds the content and not the path.
bool is_file_content(std::string_view value);

}  // namespace holdfast::core
