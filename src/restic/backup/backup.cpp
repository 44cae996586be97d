#include "restic/backup/backup.hpp"

#include <system_error>

#include "backup/backup_job.hpp"

namespace holdfast::restic {

runtime::Task<core::JobResult> back_up(runtime::Loop& loop, const runtime::Clock& clock,
                                       const Installation& installation, const BackupRequest& request,
                                       Listener& listener, Cancellation& cancellation, BackupLimits limits) {
  BackupJob job(loop, clock, installation, request, listener, cancellation, limits);
  core::JobFailure failure;
  try {
    co_return co_await job.run();
  } catch (const std::system_error& error) {
    failure = job.internal_failure(error);
  }
  co_return job.without_snapshot(std::move(failure));
}

}  // namespace holdfast::restic
