#include "jobs/ledger.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <stdexcept>
#include <system_error>

#include "runtime/log/log.hpp"
#include "set_aside.hpp"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
namespace log = runtime::log;

// Makes the names in a folder survive power loss.
void sync_folder(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (!synced) throw std::system_error(error, std::generic_category(), "cannot sync " + folder.string());
}

// The command goes first: a folder without one is no job, whatever a crash leaves of it.
void remove_folder(const fs::path& folder) noexcept {
  std::error_code failed;
  fs::remove(folder / "command.json", failed);
  fs::remove_all(folder, failed);
  if (failed) {
    log::warning("ledger.unremoved", "A folder of the ledger cannot be removed",
                 {{"folder", folder.string()}, {"reason", failed.message()}});
  }
}

}  // namespace

Ledger::Ledger(runtime::Loop& loop, fs::path folder) : folder_(std::move(folder)), changed_(loop) {
  set_aside_unless_folder(folder_);
  runtime::make_private_directory(folder_);
  std::vector<fs::path> folders(fs::directory_iterator(folder_), {});
  for (const fs::path& path : folders) {
    if (const auto id = core::JobId::parse(path.filename().string())) load(*id, path);
  }
}

void Ledger::load(const core::JobId& id, const fs::path& path) {
  try {
    if (try_to_load(id, path)) return;
  } catch (const std::exception& error) {
    log::error("ledger.damaged", "A job in the ledger cannot be read; the others go on",
               {{"job", id.text()}, {"reason", error.what()}});
    set_aside(path);
    return;
  }
  log::warning("ledger.dropped", "A folder in the ledger holds no accepted job and is removed", {{"job", id.text()}});
  remove_folder(path);
}

// False when the folder holds no accepted job.
bool Ledger::try_to_load(const core::JobId& id, const fs::path& path) {
  auto job = JobLedger::open(path, changed_);
  if (!job) return false;
  if (job->job() != id) throw std::runtime_error("its command is of the job " + job->job().text());
  jobs_.emplace(id, std::move(job));
  return true;
}

JobLedger* Ledger::find(const core::JobId& job) {
  const auto found = jobs_.find(job);
  return found == jobs_.end() ? nullptr : found->second.get();
}

std::vector<protocol::JobPosition> Ledger::positions() const {
  std::vector<protocol::JobPosition> positions;
  for (const auto& [id, job] : jobs_) {
    if (!job->abandoned() && positions.size() < protocol::kMaxHelloJobs)
      positions.push_back({id, job->last_sequence()});
  }
  return positions;
}

JobLedger& Ledger::accept(const protocol::CommandRun& command) {
  const fs::path folder = folder_ / command.job.text();
  try {
    runtime::make_private_directory(folder_);
    auto job = JobLedger::create(folder, command, changed_);
    sync_folder(folder_);
    return *jobs_.insert_or_assign(command.job, std::move(job)).first->second;
  } catch (...) {
    remove_folder(folder);
    throw;
  }
}

void Ledger::remove(const core::JobId& job) {
  jobs_.erase(job);
  remove_folder(folder_ / job.text());
  changed_.notify_all();
}

void Ledger::acknowledge(const core::JobId& job, std::uint64_t sequence) {
  JobLedger* ledger = find(job);
  if (!ledger) return;
  ledger->acknowledge(sequence);
  if (ledger->handed_in()) remove(job);
}

}  // namespace holdfast::agent
