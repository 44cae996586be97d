#include "jobs/repository_checker.hpp"

#include "restic/repository/repository_check.hpp"

namespace holdfast::agent {

RepositoryChecker::RepositoryChecker(runtime::Loop& loop, restic::Installation restic, Rclone rclone)
    : loop_(loop), restic_(std::move(restic)), rclone_(rclone) {
  restic::wipe_checks(restic_);
}

runtime::Task<protocol::RepositoryChecked> RepositoryChecker::check(protocol::RepositoryCheck wanted) {
  if (auto refused = check_access(wanted.access, rclone_)) {
    core::CheckedStep step{core::CheckStep::Reached, core::StepState::Failed, *std::move(refused)};
    co_return protocol::RepositoryChecked{wanted.check, {std::move(step)}, ""};
  }
  const restic::CheckRequest request{wanted.check, std::move(wanted.access), wanted.initialise};
  auto report = co_await restic::check_repository(loop_, restic_, request);
  co_return protocol::RepositoryChecked{request.check, std::move(report.steps), std::move(report.restic_version)};
}

}  // namespace holdfast::agent
