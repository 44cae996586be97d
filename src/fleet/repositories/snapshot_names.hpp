#pragma once

#include <string>

#include "core/hosts/host.hpp"
#include "store/hosts/hosts.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::fleet {

// The name by which restic knows the host in the repository, chosen for good when there is none yet: the machine's own
// where no other host has it there, else with a short suffix. Empty while the machine's own is not known.
std::string snapshot_name(store::Transaction& tx, const core::Host& host, const core::RepositoryId& repository);

}  // namespace holdfast::fleet
