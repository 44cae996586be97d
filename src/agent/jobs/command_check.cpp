#include "jobs/command_check.hpp"

#include "core/jobs/backup.hpp"

namespace holdfast::agent {
namespace {

core::JobFailure refused(const core::Error& error) {
  return {"refused_by_agent", "The agent refused this job: " + error.message,
          "Correct the repository or the source group on the hub. If nobody made them so, find out who uses the hub.",
          ""};
}

std::optional<core::JobFailure> check_operation(const protocol::BackupCommand& backup) {
  const auto checked = core::check_source_set(backup.sources);
  return checked ? std::nullopt : std::optional(refused(checked.error()));
}

}  // namespace

std::optional<core::JobFailure> check_command(const protocol::CommandRun& command, Rclone rclone) {
  if (auto failure = check_access(command.access, rclone)) return failure;
  return std::visit([](const auto& operation) { return check_operation(operation); }, command.operation);
}

std::optional<core::JobFailure> check_access(const core::RepositoryAccess& access, Rclone rclone) {
  if (const auto checked = core::check_repository_access(access); !checked) return refused(checked.error());
  if (rclone == Rclone::Refused && core::backend_of(access.url) == core::Backend::Rclone) {
    return core::JobFailure{
        "rclone_refused", "This host does not use rclone: its agent was not told to.",
        "Set restic.allow_rclone: true in agent.yaml on the host and restart the agent, or choose a "
        "repository that needs no rclone.",
        ""};
  }
  return std::nullopt;
}

}  // namespace holdfast::agent
