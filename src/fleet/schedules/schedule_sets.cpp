#include "fleet/schedules/schedule_sets.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "core/schedule/zone.hpp"
#include "fleet/repositories/repositories.hpp"
#include "jobs/backup_command.hpp"
#include "repositories/snapshot_names.hpp"
#include "runtime/log/log.hpp"
#include "runtime/time_zone.hpp"
#include "schedules/targets.hpp"
#include "store/hosts/hosts.hpp"
#include "store/jobs/jobs.hpp"
#include "store/repositories/snapshot_hosts.hpp"
#include "store/schedules/schedules.hpp"
#include "store/sqlite/database.hpp"

// The agent fires, so that a run does not depend on the hub; the hub makes the jobs wherever it is there to do so. Both
// name them by the ids that the agent chose when it fired: whoever is told twice, or late, finds them made already.
namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;
using core::ErrorKind;
using core::fail;
using core::Result;

constexpr auto kPatience = 10s;
// An agent that makes up jobs is to fill no disk.
constexpr std::size_t kMostUnfinished = 2000;

// A backup makes the repository only before its first good one: a repository that is missing later was lost.
bool may_initialise(store::View& view, const core::Repository& repository) {
  return !repository.existing && !store::last_good_backup(view, repository.id);
}

std::optional<core::Time> next_on_host(const core::Schedule& schedule, const core::HostId& host, core::Time now) {
  const auto cron = core::Cron::parse(schedule.cron);
  const auto zone = runtime::find_zone(schedule.timezone);
  if (!cron || !zone) return std::nullopt;
  const auto offset = core::spread_offset(host.text(), schedule.id.text(), schedule.window);
  const auto next = cron->next(now - offset, core::zone_of(*zone));
  return next ? std::optional(*next + offset) : std::nullopt;
}

// The schedule, as far as it is one of the host's.
std::optional<core::Schedule> schedule_on(store::View& view, const core::HostId& host, const core::ScheduleId& id) {
  for (auto& schedule : store::schedules_of(view, host)) {
    if (schedule.id == id) return std::move(schedule);
  }
  return std::nullopt;
}

// What of it the host has, or had: what an agent tells of is no way to the things of others.
core::RepositoryId repository_on(store::View& view, const core::HostId& host, const HostPlan& plan,
                                 const core::RepositoryId& id) {
  const bool is_linked = std::ranges::find(plan.repositories, id, &core::Repository::id) != plan.repositories.end();
  return is_linked || store::find_snapshot_host(view, host, id) ? id : core::RepositoryId();
}

core::SourceGroupId group_on(const HostPlan& plan, const core::SourceGroupId& id) {
  return std::ranges::find(plan.groups, id, &core::SourceGroup::id) != plan.groups.end() ? id : core::SourceGroupId();
}

// What each of the jobs backs up to where may be gone by now: history keeps the job all the same.
core::Job job_of(const core::HostId& host, const protocol::ScheduleFire& fire, const protocol::DueJob& due,
                 const std::optional<core::Schedule>& schedule, core::Time now) {
  core::Job job;
  job.id = due.job;
  job.host = host;
  job.requested_by = schedule ? "schedule " + schedule->name : "a schedule";
  job.scheduled = core::ScheduledRun{schedule ? schedule->id : core::ScheduleId(), fire.at};
  job.created_at = std::min(std::max(fire.made_at, fire.at), now);
  return job;
}

}  // namespace

// What a look at the database finds of a host.
struct ScheduleSets::Planned {
  bool is_there = false;
  protocol::ScheduleSet set;  // its version is the one that is numbered by now
  std::string digest;
  bool is_numbered = false;
  std::vector<core::RepositoryId> unnamed;  // where no name of the host for its snapshots is chosen yet
};

std::vector<protocol::ScheduleTarget> ScheduleSets::targets(store::View& view, const core::Schedule& schedule,
                                                            const HostPlan& plan) const {
  std::vector<protocol::ScheduleTarget> targets;
  for (const auto& [group, id] : targets_of(schedule, plan)) {
    const auto repository = store::find_repository(view, id);
    const auto access = repository ? open_access(secrets_, *repository)
                                   : fail(ErrorKind::NotFound, "no_such_repository", "There is no such repository.");
    if (!access) {
      runtime::log::warning(
          "schedule.target_left_out", "A repository cannot be part of a host's schedules",
          {{"schedule", schedule.id.text()}, {"repository", id.text()}, {"reason", access.error().message}});
      continue;
    }
    targets.push_back({id, *access, backup_command(view, group, id, may_initialise(view, *repository))});
  }
  return targets;
}

ScheduleSets::Planned ScheduleSets::plan(store::View& view, const core::HostId& host) const {
  Planned planned;
  planned.is_there = store::find_host(view, host).has_value();
  const auto of_host = plan_of(view, host);
  for (const auto& schedule : store::schedules_of(view, host)) {
    if (!schedule.enabled) continue;
    protocol::ScheduleEntry entry{
        schedule.id,     schedule.name,   schedule.cron,       schedule.timezone,
        schedule.window, schedule.missed, schedule.decided_at, targets(view, schedule, of_host)};
    for (const auto& target : entry.targets) {
      if (std::get<protocol::BackupCommand>(target.operation).snapshot_host.empty())
        planned.unnamed.push_back(target.repository);
    }
    if (!entry.targets.empty()) planned.set.entries.push_back(std::move(entry));
  }
  planned.digest = runtime::sha256(protocol::encode(protocol::HubMessage(planned.set)));
  const auto state = store::find_schedule_set(view, host);
  planned.is_numbered = state ? state->digest == planned.digest : planned.set.entries.empty();
  planned.set.version = state ? state->version : 0;
  return planned;
}

Task<Result<HostSchedules>> ScheduleSets::of_host(core::HostId host) {
  co_await deliver(host);
  const auto look = [&](store::View& view) -> Result<HostSchedules> {
    if (!store::find_host(view, host)) return fail(ErrorKind::NotFound, "no_such_host", "There is no such host.");
    HostSchedules schedules;
    const auto state = store::find_schedule_set(view, host).value_or(store::ScheduleSetState());
    schedules.version = state.version;
    schedules.acknowledged = state.acknowledged;
    const auto of_host = plan_of(view, host);
    for (auto& schedule : store::schedules_of(view, host)) {
      HostSchedule& entry = schedules.entries.emplace_back();
      entry.targets = targets_of(schedule, of_host).size();
      const auto cron = core::Cron::parse(schedule.cron);
      entry.sentence = cron ? cron->sentence() : schedule.cron;
      if (schedule.enabled && entry.targets > 0) entry.next = next_on_host(schedule, host, clock_.now());
      entry.schedule = std::move(schedule);
    }
    return schedules;
  };
  co_return co_await database_.read(look);
}

Task<> ScheduleSets::deliver(core::HostId host) {
  const auto look = [&](store::View& view) { return plan(view, host); };
  Planned planned = co_await database_.read(look);
  if (!planned.is_there) co_return;
  if (!planned.is_numbered) {
    const auto number = [&, clock_now = clock_.now()](store::Transaction& tx) {
      const auto found = store::find_host(tx, host);
      if (!found) return Planned();
      for (const auto& repository : planned.unnamed) snapshot_name(tx, *found, repository);
      Planned now = plan(tx, host);
      if (!now.is_numbered) now.set.version = store::number_schedule_set(tx, host, now.digest, clock_now);
      return now;
    };
    planned = co_await database_.write(number);
  }
  const auto known = agents_have_.find(host);
  if (known == agents_have_.end() || !known->second.lacks(planned.set.version)) co_return;
  if (protocol::encode(protocol::HubMessage(planned.set)).size() > protocol::kMaxSetBytes) {
    runtime::log::error("schedule.set_too_large", "The schedules of a host are too large to be sent to its agent",
                        {{"host", host.text()}});
    co_return;
  }
  known->second.sent = planned.set.version;
  agents_.send(host, planned.set);
}

Task<> ScheduleSets::round() {
  for (const auto& change : co_await changes_->wait(kPatience)) {
    if (!change.id.empty()) undelivered_.insert(core::HostId(change.id));
    // So many at once that they are no longer told one by one. Who is not connected is looked at when they are.
    if (change.id.empty())
      for (const auto& [host, known] : agents_have_) undelivered_.insert(host);
  }
  // One that cannot be read holds nobody up, and is tried again.
  std::exception_ptr failure;
  for (const auto& host : std::exchange(undelivered_, {})) {
    try {
      co_await deliver(host);
    } catch (const std::exception&) {
      undelivered_.insert(host);
      failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

Task<> ScheduleSets::greeted(core::HostId host, std::optional<std::uint64_t> version) {
  if (!version) {
    agents_have_.erase(host);
    co_return;
  }
  agents_have_[host] = {*version, std::nullopt};
  co_await acknowledge(host, *version);
  co_await deliver(host);
}

Task<> ScheduleSets::acknowledge(core::HostId host, std::uint64_t version) {
  const auto look = [&](store::View& view) { return store::find_schedule_set(view, host); };
  const auto state = co_await database_.read(look);
  if (!state || state->acknowledged == version) co_return;
  const auto save = [&, now = clock_.now()](store::Transaction& tx) {
    store::acknowledge_schedule_set(tx, host, version, now);
  };
  co_await database_.write(save);
}

Task<protocol::ScheduleFired> ScheduleSets::fire(core::HostId host, protocol::ScheduleFire fire) {
  std::vector<core::JobId> to_send;
  protocol::ScheduleFired fired{fire.schedule, fire.at};
  const auto add = [&](Unit& unit) {
    const auto schedule = schedule_on(unit, host, fire.schedule);
    const auto plan = plan_of(unit, host);
    const auto wanted = schedule && schedule->enabled ? targets_of(*schedule, plan) : std::vector<Target>();
    const bool are_too_many = store::unfinished_jobs(unit, host).size() > kMostUnfinished;
    const auto is_wanted = [&](const protocol::DueJob& due) {
      return std::ranges::any_of(wanted, [&](const Target& target) {
        return target.group.id == due.source_group && target.repository == due.repository;
      });
    };
    for (const auto& due : fire.jobs) {
      if (const auto known = store::find_job(unit, due.job)) {
        if (!due.begun && core::is_final(known->state)) fired.unwanted.push_back(due.job);
        continue;
      }
      if (store::has_job(unit, due.job) || are_too_many || (!due.begun && !is_wanted(due))) {
        fired.unwanted.push_back(due.job);
        continue;
      }
      auto job = job_of(host, fire, due, schedule, unit.now());
      job.repository = repository_on(unit, host, plan, due.repository);
      const auto repository = store::find_repository(unit, job.repository);
      job.order = core::BackupOrder{group_on(plan, due.source_group), repository && may_initialise(unit, *repository)};
      store::add_job(unit, job);
      if (!due.begun) to_send.push_back(due.job);
      unit.tell(Topic::Job, due.job.text());
    }
    unit.tell(Topic::Host, host.text());
  };
  co_await units_.note(add);
  runtime::log::info("schedule.fired", "A schedule is due on a host",
                     {{"schedule", fire.schedule.text()}, {"host", host.text()}, {"jobs", fire.jobs.size()}});
  for (const auto& job : to_send) co_await jobs_.send(host, job);
  co_return fired;
}

}  // namespace holdfast::fleet
