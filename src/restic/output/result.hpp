#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backup/source_trouble.hpp"
#include "core/jobs/job.hpp"
#include "process/failure.hpp"

namespace holdfast::restic {

// All that was seen of a restic that was to make a snapshot; texts are clean of secrets, but for the tail.
struct Outcome {
  runtime::ExitStatus status;
  bool cancelled = false;                      // it was requested to stop
  bool given_up = false;                       // it was stopped because it tried again what cannot succeed
  std::optional<core::BackupSummary> summary;  // when it said that it made a snapshot
  std::vector<TroubledSource> troubles;
  std::uint64_t unreadable = 0;  // files and folders that the snapshot lacks
  std::string first_unreadable;
  std::uint64_t vanished = 0;  // those that were gone when restic came to read them
  std::string damage;          // what it could not read of the repository; empty: nothing
  ErrorTail tail;

  bool has_snapshot() const { return summary && !summary->snapshot_id.empty(); }
};

// How the job ended. Exit code 0 with a snapshot is success and 3 is partial, unless all that it could not read had
// simply gone. With any other end a snapshot is partial at best: restic may have failed after it, in another way with
// each version.
core::JobResult judge(const Outcome& outcome, const Version& version, const Redactor& redactor);

}  // namespace holdfast::restic
