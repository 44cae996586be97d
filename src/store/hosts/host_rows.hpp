#pragma once

#include <string_view>

#include "core/hosts/host.hpp"
#include "sqlite/sqlite.hpp"
#include "store/hosts/hosts.hpp"

// A host as columns of hosts AS h and customers AS c.
namespace holdfast::store {

inline constexpr std::string_view kHostColumns =
    "h.uid, c.uid, h.name, h.enrolled, h.hostname, h.os, h.arch, h.kernel, h.agent_version, h.restic_version, "
    "h.address, h.created_at, h.last_seen_at, h.needs_backup";

core::Host read_host(Statement& row);

}  // namespace holdfast::store
