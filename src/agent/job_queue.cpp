#include "job_queue.hpp"

#include <algorithm>

namespace holdfast::agent {

const JobQueue::Entry* JobQueue::first(const core::RepositoryId& repository) const {
  const auto found = std::ranges::find(entries_, repository, &Entry::repository);
  return found == entries_.end() ? nullptr : &*found;
}

std::optional<core::JobId> JobQueue::add(const core::JobId& job, const core::RepositoryId& repository) {
  const Entry* before = first(repository);
  const std::optional<core::JobId> holder = before ? std::optional(before->job) : std::nullopt;
  entries_.push_back({job, repository});
  return holder;
}

bool JobQueue::waits(const core::JobId& job) const {
  const auto found = std::ranges::find(entries_, job, &Entry::job);
  return found != entries_.end() && first(found->repository)->job != job;
}

JobQueue::Next JobQueue::remove(const core::JobId& job) {
  const bool waited = waits(job);
  const auto found = std::ranges::find(entries_, job, &Entry::job);
  if (found == entries_.end()) return {};
  const core::RepositoryId repository = found->repository;
  entries_.erase(found);
  Next next;
  if (waited) return next;
  for (const Entry& entry : entries_) {
    if (entry.repository != repository) continue;
    if (next.starts)
      next.still_waiting.push_back(entry.job);
    else
      next.starts = entry.job;
  }
  return next;
}

}  // namespace holdfast::agent
