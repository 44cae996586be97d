#pragma once

#include <optional>

#include "core/status/backup_verdict.hpp"

namespace holdfast::core {

// What a run fails with, beside the snapshot that it made, when a source lies where its mount point was.
inline constexpr std::string_view kSourceNotMounted = "source_not_mounted";

// Whether a person may say of a run that is no good backup that it is right so: it has far fewer files than the one
// before, or a source lies on no mount point any more. Nobody can say so of what could not be read.
inline bool may_be_accepted(BackupVerdict verdict, const std::optional<JobResult>& result) {
  if (verdict == BackupVerdict::Shrunken) return true;
  return verdict == BackupVerdict::Incomplete && result && result->failure &&
         result->failure->code == kSourceNotMounted;
}

}  // namespace holdfast::core
