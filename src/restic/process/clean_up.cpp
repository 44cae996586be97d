#include <fmt/format.h>

#include <csignal>
#include <memory>
#include <system_error>
#include <utility>

#include "process/left_process.hpp"
#include "process/unlock.hpp"
#include "process/work_files.hpp"
#include "restic/backup/backup.hpp"
#include "runtime/config/config.hpp"

namespace holdfast::restic {
namespace {

// restic needs a moment to finish its upload and remove its lock.
constexpr auto kGrace = std::chrono::seconds(60);
constexpr auto kKillTime = std::chrono::seconds(5);
constexpr auto kUnlockTime = std::chrono::minutes(2);

runtime::Task<std::string> end_process(std::unique_ptr<LeftProcess> process) {
  if (!process) co_return "The restic of this job had ended.";
  process->signal(SIGINT);
  if (co_await process->wait_for_end(kGrace)) co_return "A restic of this job was still running and was stopped.";
  process->signal(SIGKILL);
  if (co_await process->wait_for_end(kKillTime)) co_return "A restic of this job was still running and was killed.";
  co_return fmt::format("A restic of this job is still running as process {} and does not end.", process->pid());
}

runtime::Task<std::string> remove_lock(runtime::Loop& loop, const Installation& installation,
                                       const BackupRequest& request) {
  const auto version = co_await find_version(loop, installation);
  if (!version) co_return "restic is missing, so a lock that it may have left stays in the repository.";
  const WorkFiles files(work_paths(installation, request.job), request.access, {});
  const auto environment =
      repository_environment(runtime::current_environment(), installation, request.access, files.paths(), *version);
  const Redactor redactor(request.access);
  Cancellation nobody;
  auto unlocked = co_await unlock(loop, installation, environment, redactor, nobody, kUnlockTime);
  co_return std::move(unlocked.text);
}

// Also when the disk is full or the like: cleaning up must go on to the next job.
runtime::Task<std::string> try_to_remove_lock(runtime::Loop& loop, const Installation& installation,
                                              const BackupRequest& request) {
  std::string problem;
  try {
    co_return co_await remove_lock(loop, installation, request);
  } catch (const std::system_error& error) {
    problem = error.what();
  }
  co_return Redactor(request.access).clean("The lock that restic may have left could not be removed: " + problem);
}

}  // namespace

runtime::Task<std::string> clean_up_after_crash(runtime::Loop& loop, const Installation& installation,
                                                const BackupRequest& request, pid_t pid, std::string start_time) {
  const WorkPaths paths = work_paths(installation, request.job);
  std::error_code unknown;
  const bool was_prepared = std::filesystem::exists(paths.directory, unknown);
  auto process = LeftProcess::find(loop, pid, start_time);
  if (!process && was_prepared)
    process = LeftProcess::find_by_environment(loop, "RESTIC_PASSWORD_FILE=" + paths.password.native());
  if (!process && !was_prepared && pid <= 0) co_return "restic had not been started.";
  std::string ended = "No restic of this job was running.";
  if (process || pid > 0) ended = co_await end_process(std::move(process));
  wipe_work_files(paths);
  const auto unlocked = co_await try_to_remove_lock(loop, installation, request);
  co_return fmt::format("{} {}", ended, unlocked);
}

}  // namespace holdfast::restic
