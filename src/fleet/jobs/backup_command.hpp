#pragma once

#include "core/hosts/source_group.hpp"
#include "core/ids.hpp"
#include "fleet/store.hpp"
#include "protocol/agent/messages.hpp"

namespace holdfast::fleet {

// What an agent is told of a backup of the group. `snapshot_host` is empty where none is chosen yet.
protocol::BackupCommand backup_command(store::View& view, const core::SourceGroup& group,
                                       const core::RepositoryId& repository, bool initialise);

}  // namespace holdfast::fleet
