#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/hosts/host.hpp"
#include "core/ids.hpp"
#include "core/schedule/next_runs.hpp"
#include "core/schedule/schedule.hpp"
#include "fleet/accounts/actor.hpp"
#include "fleet/jobs/jobs.hpp"
#include "fleet/live/unit.hpp"
#include "fleet/store.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/task.hpp"

// Schedules as people see and change them.
namespace holdfast::fleet {

using runtime::Task;

// A new or changed schedule. Its id, customer and moments are filled in here; source groups or repositories that are
// not named are all of them.
struct ScheduleEdit {
  core::Schedule schedule;
  std::string customer = {};                 // slug; empty: that of the first host. Not changed later
  std::vector<std::string> host_names = {};  // of the customer, beside the hosts that it names by id
};

struct ScheduleOverview {
  core::Schedule schedule;
  std::string customer_slug;
  std::string customer_name;
  std::size_t hosts = 0;            // that it applies to
  std::string sentence;             // "Every day at 02:15"; of one that this program cannot read: the expression
  std::vector<core::NextRun> runs;  // the next ones, before hosts are spread; none of one that is disabled
  // Of find() only:
  std::vector<std::string> host_names{};  // of the hosts that it names, not of those with its tags
  std::vector<core::Host> applied{};      // the first of the hosts that it applies to
};

inline constexpr std::size_t kNextRunsShown = 5;
inline constexpr std::size_t kAppliedShown = 20;

// Lives on the loop's thread.
class Schedules {
 public:
  Schedules(store::Database& database, const runtime::Clock& clock, Jobs& jobs, Live& live, Watch& watch)
      : database_(database), clock_(clock), jobs_(jobs), units_(database, clock, live, watch) {}

  Task<std::vector<ScheduleOverview>> list();
  Task<core::Result<ScheduleOverview>> find(core::ScheduleId id);
  // Conflict when the name is taken. Invalid, with the name of the field at the beginning of the message, for what
  // cannot be, and for hosts, source groups and repositories that are not there or are another customer's.
  Task<core::Result<core::ScheduleId>> add(ScheduleEdit edit, Actor actor);
  Task<core::Result<>> change(core::ScheduleId id, ScheduleEdit edit, Actor actor);
  Task<core::Result<>> set_enabled(core::ScheduleId id, bool enabled, Actor actor);
  Task<core::Result<>> remove(core::ScheduleId id, Actor actor);
  // What a host without a schedule needs, at once: a source group of the whole host unless it has one, and the nightly
  // schedule of its customer, which is created unless it is there: its hosts are spread over 01:00 to 05:00 in the time
  // zone. Conflict where the host has no repository.
  Task<core::Result<core::ScheduleId>> protect(core::HostId host, std::string timezone, Actor actor);
  // All that it would do when it is due, now. Conflict where that is nothing.
  Task<core::Result<std::vector<core::JobId>>> run(core::ScheduleId id, Actor actor);

 private:
  ScheduleOverview overview_of(store::View& view, core::Schedule schedule) const;

  store::Database& database_;
  const runtime::Clock& clock_;
  Jobs& jobs_;
  Units units_;
};

}  // namespace holdfast::fleet
