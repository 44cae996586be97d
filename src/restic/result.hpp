#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/job.hpp"
#include "failure.hpp"

namespace holdfast::restic {

// All that was seen of a restic that was to make a snapshot; texts are clean of secrets, but for the tail.
struct Outcome {
  runtime::ExitStatus status;
  bool cancelled = false;                      // it was asked to stop
  std::optional<core::BackupSummary> summary;  // when it said that it made a snapshot
  AbsentSources absent;
  std::uint64_t unreadable = 0;  // files and folders that the snapshot lacks
  std::string first_unreadable;
  ErrorTail tail;
};

// How the job ended. A snapshot that restic has told of counts more than its exit code: restic that is stopped in its
// last moment reports that, and the snapshot is there all the same.
core::JobResult judge(const Outcome& outcome, const Version& version, const Redactor& redactor);

}  // namespace holdfast::restic
