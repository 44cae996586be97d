#pragma once

#include <string>
#include <vector>

#include "core/repositories/repository_check.hpp"
#include "restic/backup/backup.hpp"

namespace holdfast::restic {

struct CheckRequest {
  core::CheckId check;  // names the work files
  core::RepositoryAccess access;
  bool initialise = false;  // make the repository if it is missing
  std::chrono::milliseconds step_limit{60'000};
};

struct CheckReport {
  std::vector<core::CheckedStep> steps;
  std::string restic_version;  // empty: not found
};

// Tries a repository out with restic itself: opens it, adds a key and removes that key again. Its password is random
// and kept nowhere, so nobody opens anything with it; where keys cannot be removed one stays, and is found by the next
// try, which then adds none.
runtime::Task<CheckReport> check_repository(runtime::Loop& loop, const Installation& installation,
                                            const CheckRequest& request);

// Wipes what tries left behind that a crash of this program ended.
void wipe_checks(const Installation& installation) noexcept;

}  // namespace holdfast::restic
