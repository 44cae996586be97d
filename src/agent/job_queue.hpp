#pragma once

#include <optional>
#include <vector>

#include "core/ids.hpp"

namespace holdfast::agent {

// Who may run restic: one job per repository at a time, in the order of arrival.
class JobQueue {
 public:
  // The job that goes before, when this one must wait.
  std::optional<core::JobId> add(const core::JobId& job, const core::RepositoryId& repository);

  // What a job that has ended, or has stopped waiting, leaves behind on its repository.
  struct Next {
    std::optional<core::JobId> starts;
    std::vector<core::JobId> still_waiting;  // for the one that starts
  };
  Next remove(const core::JobId& job);

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
