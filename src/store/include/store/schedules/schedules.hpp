#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/schedule/schedule.hpp"
#include "core/time.hpp"
#include "store/sqlite/database.hpp"

// Schedules, and what the agent of each host is to have of them.
namespace holdfast::store {

// Hosts and source groups that have moved to another customer, or are about to be removed, are not among what one
// names.
std::vector<core::Schedule> list_schedules(View& view);  // by name
std::optional<core::Schedule> find_schedule(View& view, const core::ScheduleId& id);
// Those that apply to the host, enabled or not, in the order in which they were created; without whom they apply to.
std::vector<core::Schedule> schedules_of(View& view, const core::HostId& host);
// The hosts that it applies to.
std::vector<core::HostId> hosts_of_schedule(View& view, const core::ScheduleId& id);
// False when the customer has one of that name. What it names and is not there is left out.
bool add_schedule(Transaction& transaction, const core::Schedule& schedule);
bool update_schedule(Transaction& transaction, const core::Schedule& schedule);
bool remove_schedule(Transaction& transaction, const core::ScheduleId& id);  // jobs keep their history

struct ScheduleSetState {
  std::uint64_t version = 0;
  std::string digest;
  std::uint64_t acknowledged = 0;  // the version that the agent has stored
  std::optional<core::Time> acknowledged_at;
};
std::optional<ScheduleSetState> find_schedule_set(View& view, const core::HostId& host);
// Makes `digest` the newest version unless it is already; that version. It is the second of `now`, or one more than the
// one before: of a database that was put back to an older state no number comes twice.
std::uint64_t number_schedule_set(Transaction& transaction, const core::HostId& host, std::string_view digest,
                                  core::Time now);
void acknowledge_schedule_set(Transaction& transaction, const core::HostId& host, std::uint64_t version, core::Time at);

}  // namespace holdfast::store
