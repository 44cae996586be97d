#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/jobs/job.hpp"

// What a run that ended is worth, should the host have to be restored from it.
namespace holdfast::core {

enum class BackupVerdict {
  None,        // it made no snapshot
  Good,        // the only one that renews the last good backup
  Incomplete,  // something could not be read
  Empty,       // no file is known to be in it: the disk behind the source may be gone
  Shrunken,    // fewer than half of the files of the last good one
};

std::string_view to_text(BackupVerdict verdict);  // "none", "good", …
std::optional<BackupVerdict> parse_backup_verdict(std::string_view text);

// `good_files`: of the last good run of the same source group to the same repository, where it may be compared.
BackupVerdict judge_backup(const JobResult& result, std::optional<std::uint64_t> good_files);

}  // namespace holdfast::core
