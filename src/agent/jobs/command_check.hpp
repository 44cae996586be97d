#pragma once

#include <optional>

#include "core/jobs/job.hpp"
#include "protocol/agent/messages.hpp"

namespace holdfast::agent {

enum class Rclone { Refused, Allowed };

// What this host does not do for any hub, whatever the hub checks for itself: whoever rules a hub must not come by more
// than backups. Nothing when the command is all right.
std::optional<core::JobFailure> check_command(const protocol::CommandRun& command, Rclone rclone);
// The part of it that is about the repository.
std::optional<core::JobFailure> check_access(const core::RepositoryAccess& access, Rclone rclone);

}  // namespace holdfast::agent
