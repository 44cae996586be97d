#include "jobs/job_queue.hpp"

#include <algorithm>

namespace holdfast::agent {

const JobQueue::Entry* JobQueue::first(const core::RepositoryId& repository) const {
  const auto found = std::ranges::find(entries_, repository, &Entry::repository);
  return found == entries_.end() ? nullptr : &*found;
}

bool JobQueue::add(const core::JobId& job, const core::RepositoryId& repository) {
  entries_.push_back({job, repository});
  return waits(job);
}

bool JobQueue::waits(const core::JobId& job) const {
  const auto found = std::ranges::find(entries_, job, &Entry::job);
  return found != entries_.end() && first(found->repository)->job != job;
}

std::optional<core::JobId> JobQueue::remove(const core::JobId& job) {
  const bool waited = waits(job);
  const auto found = std::ranges::find(entries_, job, &Entry::job);
  if (found == entries_.end()) return std::nullopt;
  const core::RepositoryId repository = found->repository;
  entries_.erase(found);
  const Entry* next = waited ? nullptr : first(repository);
  return next ? std::optional(next->job) : std::nullopt;
}

}  // namespace holdfast::agent
