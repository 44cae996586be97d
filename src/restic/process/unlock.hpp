#pragma once

#include <chrono>

#include "core/jobs/job.hpp"
#include "output/redaction.hpp"
#include "process/command.hpp"

namespace holdfast::restic {

// What became of removing the locks that dead processes left, for the log of a job.
struct Unlocked {
  core::LogLevel level;
  std::string text;
};

// Runs `restic unlock`, which leaves the locks of living processes alone, for at most `limit` and until the next
// request of `cancellation`. Does not throw when it fails: a lock that stays is worth a line in the log, not more.
runtime::Task<Unlocked> unlock(runtime::Loop& loop, const Installation& installation, const Environment& environment,
                               const Redactor& redactor, Cancellation& cancellation, std::chrono::milliseconds limit);

// Of a repository that does not answer, where trying would only cost time.
Unlocked lock_left_behind(std::string_view reason);

}  // namespace holdfast::restic
