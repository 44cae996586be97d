#pragma once

#include <vector>

#include "core/hosts/source_group.hpp"
#include "core/repositories/repository.hpp"
#include "core/schedule/schedule.hpp"
#include "fleet/store.hpp"

namespace holdfast::fleet {

// What of a host is backed up to where.
struct Target {
  core::SourceGroup group;
  core::RepositoryId repository;
};

// What the host has that schedules may name.
struct HostPlan {
  std::vector<core::SourceGroup> groups;
  std::vector<core::Repository> repositories;  // without variables
};
HostPlan plan_of(store::View& view, const core::HostId& host);

// What the schedule does on a host that has this.
std::vector<Target> targets_of(const core::Schedule& schedule, const HostPlan& plan);

}  // namespace holdfast::fleet
