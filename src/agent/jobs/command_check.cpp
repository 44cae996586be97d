#include "jobs/command_check.hpp"

#include "core/jobs/backup.hpp"

namespace holdfast::agent {
namespace {

core::JobFailure refused(const core::Error& error) {
  return {"refused_by_agent", "The agent refused this job: " + error.message,
          "Correct the repository or the source group on the hub. If nobody made them so, find out who uses the hub.",
          ""};
}

}  // namespace

std::optional<core::JobFailure> check_command(const protocol::CommandRun& command, Rclone rclone) {
  if (const auto checked = core::check_repository_access(command.access); !checked) return refused(checked.error());
  if (const auto checked = core::check_source_set(command.sources); !checked) return refused(checked.error());
  if (rclone == Rclone::Refused && core::backend_of(command.access.url) == core::Backend::Rclone) {
    return core::JobFailure{
        "rclone_refused", "This host does not use rclone: its agent was not told to.",
        "Set restic.allow_rclone: true in agent.yaml on the host and restart the agent, or choose a "
        "repository that needs no rclone.",
        ""};
  }
  return std::nullopt;
}

}  // namespace holdfast::agent
