#pragma once

#include <cstdint>

#include "core/ids.hpp"
#include "core/job.hpp"
#include "sqlite.hpp"

// When a host was last protected, which host_state keeps because lists are sorted by it.
namespace holdfast::store {

constexpr bool made_snapshot(core::JobState state) {
  return state == core::JobState::Succeeded || state == core::JobState::Partial;
}

// The job has made a snapshot.
void note_snapshot(Connection& connection, const core::JobId& job);

// What reports or jobs say of the host may have changed. Leaves the index alone when it comes to the same.
void update_protected_at(Connection& connection, std::int64_t host);

}  // namespace holdfast::store
