#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/schedule/schedule.hpp"
#include "fleet/agents/agents.hpp"
#include "fleet/jobs/jobs.hpp"
#include "fleet/live/live.hpp"
#include "fleet/live/unit.hpp"
#include "fleet/store.hpp"
#include "protocol/agent/messages.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/task.hpp"
#include "runtime/secrets/crypto.hpp"

// What the agent of each host has of its schedules, and the jobs that come of it.
namespace holdfast::fleet {

using runtime::Task;
struct HostPlan;

// A schedule on one host.
struct HostSchedule {
  core::Schedule schedule;
  std::string sentence;            // as in ScheduleOverview
  std::optional<core::Time> next;  // when this host begins; nothing of one that is disabled or does nothing here
  std::size_t targets = 0;         // source groups by repositories
};
struct HostSchedules {
  std::uint64_t version = 0;       // of the set that the agent is to have; 0: it never needed one
  std::uint64_t acknowledged = 0;  // of the one that it has
  std::vector<HostSchedule> entries;
};

// Lives on the loop's thread.
class ScheduleSets {
 public:
  ScheduleSets(store::Database& database, const runtime::Clock& clock, const runtime::SecretBox& secrets,
               Agents& agents, Jobs& jobs, Live& live, Watch& watch)
      : database_(database),
        clock_(clock),
        secrets_(secrets),
        agents_(agents),
        jobs_(jobs),
        units_(database, clock, live, watch),
        changes_(live.subscribe({{Topic::Plan, ""}})) {}

  // NotFound for a host that is not there.
  Task<core::Result<HostSchedules>> of_host(core::HostId host);

  // Numbers what is new for the host, and sends it to its agent unless that has it.
  Task<> deliver(core::HostId host);
  // Waits a while for changes, and delivers to each host whose set may be another; those that failed before, too.
  Task<> round();

  // --- for the session of one agent ---

  // It is connected, and has the set of that version; nothing for an agent that knows no schedules.
  Task<> greeted(core::HostId host, std::optional<std::uint64_t> version);
  void ended(const core::HostId& host) { agents_have_.erase(host); }
  Task<> acknowledge(core::HostId host, std::uint64_t version);
  // Makes the jobs of a schedule that is due, each once however often this is said, and sends those that the agent has
  // not begun.
  Task<protocol::ScheduleFired> fire(core::HostId host, protocol::ScheduleFire fire);

 private:
  struct Planned;
  // What the agent has: it said so when it connected, and was sent others since. Of two that were read at once the
  // older one may come last; at the beginning any may follow, as the database may be an older one.
  struct Known {
    std::uint64_t said = 0;
    std::optional<std::uint64_t> sent;

    bool lacks(std::uint64_t version) const { return sent ? version > *sent : version != said; }
  };
  Planned plan(store::View& view, const core::HostId& host) const;
  std::vector<protocol::ScheduleTarget> targets(store::View& view, const core::Schedule& schedule,
                                                const HostPlan& plan) const;

  store::Database& database_;
  const runtime::Clock& clock_;
  const runtime::SecretBox& secrets_;
  Agents& agents_;
  Jobs& jobs_;
  Units units_;
  std::unique_ptr<Subscription> changes_;
  std::set<core::HostId> undelivered_;
  std::map<core::HostId, Known> agents_have_;  // of those that are connected and know schedules
};

}  // namespace holdfast::fleet
