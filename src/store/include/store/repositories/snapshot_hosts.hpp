#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/ids.hpp"
#include "store/sqlite/database.hpp"

// By which name restic knows a host in a repository.
namespace holdfast::store {

std::optional<std::string> find_snapshot_host(View& view, const core::HostId& host,
                                              const core::RepositoryId& repository);
std::map<core::RepositoryId, std::string> list_snapshot_hosts(View& view, const core::HostId& host);
// Whether a host has the name in the repository, or in another one of the same address; also one that was removed.
bool is_snapshot_host_taken(View& view, const core::RepositoryId& repository, std::string_view name);
// For good: the host has none there yet, and the name is free.
void add_snapshot_host(Transaction& transaction, const core::HostId& host, const core::RepositoryId& repository,
                       std::string_view name);

}  // namespace holdfast::store
