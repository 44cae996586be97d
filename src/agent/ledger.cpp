#include "ledger.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <system_error>

#include "runtime/log.hpp"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
namespace log = runtime::log;

constexpr std::size_t kMaxPositions = 10'000;  // what one hello carries

// Makes the names in a folder survive power loss.
void sync_folder(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (!synced) throw std::system_error(error, std::generic_category(), "cannot sync " + folder.string());
}

// The command goes first: a folder without one is no job, whatever a crash leaves of it.
void remove_folder(const fs::path& folder) {
  fs::remove(folder / "command.json");
  fs::remove_all(folder);
}

}  // namespace

Ledger::Ledger(runtime::Loop& loop, fs::path folder) : folder_(std::move(folder)), changed_(loop) {
  runtime::make_private_directory(folder_);
  std::vector<fs::path> folders(fs::directory_iterator(folder_), {});
  for (const fs::path& path : folders) {
    if (const auto id = core::JobId::parse(path.filename().string())) load(*id, path);
  }
}

void Ledger::load(const core::JobId& id, const fs::path& path) {
  auto job = JobLedger::open(path, changed_);
  if (job && job->job() == id) {
    jobs_.emplace(id, std::move(job));
    return;
  }
  log::warning("ledger.dropped", "A folder in the ledger holds no accepted job and is removed", {{"job", id.text()}});
  remove_folder(path);
}

JobLedger* Ledger::find(const core::JobId& job) {
  const auto found = jobs_.find(job);
  return found == jobs_.end() ? nullptr : found->second.get();
}

std::vector<protocol::JobPosition> Ledger::positions() const {
  std::vector<protocol::JobPosition> positions;
  for (const auto& [id, job] : jobs_) {
    if (!job->abandoned() && positions.size() < kMaxPositions) positions.push_back({id, job->last_sequence()});
  }
  return positions;
}

JobLedger& Ledger::accept(const protocol::CommandRun& command) {
  auto job = JobLedger::create(folder_ / command.job.text(), command, changed_);
  sync_folder(folder_);
  return *jobs_.insert_or_assign(command.job, std::move(job)).first->second;
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
  if (ledger->finished() && sequence >= ledger->last_sequence()) remove(job);
}

}  // namespace holdfast::agent
