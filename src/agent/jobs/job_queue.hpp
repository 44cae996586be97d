#pragma once

#include <optional>
#include <vector>

#include "core/ids.hpp"

namespace holdfast::agent {

// Who may run restic: one job per repository at a time, in the order of arrival.
class JobQueue {
 public:
  // Whether it must wait for another.
  bool add(const core::JobId& job, const core::RepositoryId& repository);

  // The one that may start on its repository, now that this one has ended or has stopped waiting.
  std::optional<core::JobId> remove(const core::JobId& job);

  // Whether the job is in line behind another one.
  bool waits(const core::JobId& job) const;

 private:
  struct Entry {
    core::JobId job;
    core::RepositoryId repository;
  };
  const Entry* first(const core::RepositoryId& repository) const;

  std::vector<Entry> entries_;  // by arrival; the first of each repository runs
};

}  // namespace holdfast::agent
