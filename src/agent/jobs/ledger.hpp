#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <vector>

#include "jobs/job_ledger.hpp"

namespace holdfast::agent {

// The jobs that the hub does not have all of: one folder each, below `folder`. Lives on the loop's thread.
class Ledger {
 public:
  // Reads what is there, and sets aside what cannot be read. Throws when not even the folder can be.
  Ledger(runtime::Loop& loop, std::filesystem::path folder);

  // Null when there is no such job.
  JobLedger* find(const core::JobId& job);
  // In the order in which the jobs were made.
  const std::map<core::JobId, std::unique_ptr<JobLedger>>& jobs() const { return jobs_; }
  std::vector<protocol::JobPosition> positions() const;

  // The job survives power loss on return. Throws, and keeps nothing of it, when the file system fails.
  JobLedger& accept(const protocol::CommandRun& command);
  // Forgets the job, its secrets first. Never fails; what cannot be removed is dropped at the next start.
  void remove(const core::JobId& job);
  // Remembers what the hub has, and removes a job of which it has everything.
  void acknowledge(const core::JobId& job, std::uint64_t sequence);

  // Notified whenever a message was added or acknowledged.
  runtime::Signal& changed() { return changed_; }

 private:
  void load(const core::JobId& id, const std::filesystem::path& path);
  bool try_to_load(const core::JobId& id, const std::filesystem::path& path);

  std::filesystem::path folder_;
  runtime::Signal changed_;
  std::map<core::JobId, std::unique_ptr<JobLedger>> jobs_;
};

}  // namespace holdfast::agent
