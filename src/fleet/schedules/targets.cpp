#include "schedules/targets.hpp"

#include <algorithm>

#include "store/hosts/hosts.hpp"

namespace holdfast::fleet {
namespace {

template <class Id>
bool names(bool all, const std::vector<Id>& ids, const Id& id) {
  return all || std::ranges::find(ids, id) != ids.end();
}

}  // namespace

HostPlan plan_of(store::View& view, const core::HostId& host) {
  return {store::list_source_groups(view, host), store::repositories_of(view, host)};
}

std::vector<Target> targets_of(const core::Schedule& schedule, const HostPlan& plan) {
  std::vector<Target> targets;
  for (const auto& group : plan.groups) {
    if (!names(schedule.all_source_groups, schedule.source_groups, group.id)) continue;
    for (const auto& repository : plan.repositories) {
      if (names(schedule.all_repositories, schedule.repositories, repository.id))
        targets.push_back({group, repository.id});
    }
  }
  return targets;
}

}  // namespace holdfast::fleet
