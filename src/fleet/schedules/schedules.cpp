#include "fleet/schedules/schedules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/schedule/zone.hpp"
#include "fleet/schedules/preview.hpp"
#include "new_id.hpp"
#include "runtime/time_zone.hpp"
#include "schedules/targets.hpp"
#include "store/accounts/customers.hpp"
#include "store/hosts/hosts.hpp"
#include "store/jobs/jobs.hpp"
#include "store/schedules/schedules.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

auto no_schedule() {
  return fail(ErrorKind::NotFound, "no_such_schedule", "There is no such schedule.");
}

auto schedule_name_taken() {
  return fail(ErrorKind::Conflict, "name_taken", "The customer has a schedule of this name already.");
}

auto unknown(std::string_view field, std::string_view what) {
  return fail(ErrorKind::Invalid, "schedule_invalid", fmt::format("{}: the customer has no such {}.", field, what));
}

Result<> check_edit(const core::Schedule& schedule, core::Time now) {
  if (auto checked = core::check_schedule(schedule); !checked) return checked;
  const auto preview = preview_schedule(schedule.cron, schedule.timezone, now, 1);
  return preview ? Result<>() : std::unexpected(preview.error());
}

// All that it names is there, and of its customer.
Result<> check_names(store::View& view, const core::Schedule& schedule) {
  const auto is_ours = [&](const core::HostId& id) {
    const auto host = store::find_host(view, id);
    return host && host->customer == schedule.customer;
  };
  if (!std::ranges::all_of(schedule.applies_to.hosts, is_ours)) return unknown("hosts", "host");
  const auto has_group = [&](const core::SourceGroupId& id) {
    const auto group = store::find_source_group(view, id);
    return group && is_ours(group->host);
  };
  if (!std::ranges::all_of(schedule.source_groups, has_group)) return unknown("source_groups", "source group");
  // A repository may serve the hosts of several customers.
  const auto has_repository = [&](const core::RepositoryId& id) {
    return store::find_repository(view, id).has_value();
  };
  if (!std::ranges::all_of(schedule.repositories, has_repository)) return unknown("repositories", "repository");
  return {};
}

void tidy_names(core::Schedule& schedule) {
  schedule.all_source_groups = schedule.source_groups.empty();
  schedule.all_repositories = schedule.repositories.empty();
  const auto once = [](auto& list) {
    std::ranges::sort(list);
    const auto rest = std::ranges::unique(list);
    list.erase(rest.begin(), rest.end());
  };
  once(schedule.source_groups);
  once(schedule.repositories);
  once(schedule.applies_to.hosts);
  once(schedule.applies_to.tags);
}

bool has_other_times(const core::Schedule& before, const core::Schedule& now) {
  return before.cron != now.cron || before.timezone != now.timezone || (!before.enabled && now.enabled);
}

// For the audit log.
std::string schedule_in_words(const core::Schedule& schedule) {
  return fmt::format("{}: {} ({}), window {} min, missed {}, {}", schedule.name, schedule.cron, schedule.timezone,
                     schedule.window.count(), core::to_text(schedule.missed),
                     schedule.enabled ? "enabled" : "disabled");
}

// Of hosts that it applied to before the change, or does now.
void plan_hosts(Unit& unit, const core::ScheduleId& id) {
  for (const auto& host : store::hosts_of_schedule(unit, id)) unit.plan(host);
}

void save_change(Unit& unit, const core::Schedule& before, const core::Schedule& after) {
  plan_hosts(unit, after.id);
  unit.audit("schedule.change", after.id.text(),
             fmt::format("{} → {}", schedule_in_words(before), schedule_in_words(after)));
  unit.tell(Topic::Schedule, after.id.text());
}

}  // namespace

ScheduleOverview Schedules::overview_of(store::View& view, core::Schedule schedule) const {
  ScheduleOverview overview;
  const auto customer = store::find_customer(view, schedule.customer).value_or(core::Customer());
  overview.customer_slug = customer.slug;
  overview.customer_name = customer.name;
  overview.hosts = store::hosts_of_schedule(view, schedule.id).size();
  overview.sentence = schedule.cron;
  if (const auto preview = preview_schedule(schedule.cron, schedule.timezone, clock_.now(), kNextRunsShown)) {
    overview.sentence = preview->sentence;
    if (schedule.enabled) overview.runs = preview->runs;
  }
  overview.schedule = std::move(schedule);
  return overview;
}

Task<std::vector<ScheduleOverview>> Schedules::list() {
  const auto look = [&](store::View& view) {
    std::vector<ScheduleOverview> overviews;
    for (auto& schedule : store::list_schedules(view)) overviews.push_back(overview_of(view, std::move(schedule)));
    return overviews;
  };
  co_return co_await database_.read(look);
}

Task<Result<ScheduleOverview>> Schedules::find(core::ScheduleId id) {
  const auto look = [&](store::View& view) -> Result<ScheduleOverview> {
    auto schedule = store::find_schedule(view, id);
    if (!schedule) return no_schedule();
    auto overview = overview_of(view, *std::move(schedule));
    core::JobFilter filter;
    filter.schedule = id;
    filter.limit = 1;
    const auto jobs = store::list_jobs(view, filter);
    if (!jobs.empty()) overview.newest = jobs.front();
    return overview;
  };
  co_return co_await database_.read(look);
}

Task<Result<core::ScheduleId>> Schedules::add(ScheduleEdit edit, Actor actor) {
  if (auto checked = check_edit(edit.schedule, clock_.now()); !checked) co_return std::unexpected(checked.error());
  const auto insert = [&](Unit& unit) -> Result<core::ScheduleId> {
    auto schedule = edit.schedule;
    tidy_names(schedule);
    const auto customer = edit.customer.empty() ? std::optional(store::default_customer(unit))
                                                : store::find_customer_by_slug(unit, edit.customer);
    if (!customer) return fail(ErrorKind::Invalid, "schedule_invalid", "customer: there is no such customer.");
    schedule.customer = customer->id;
    if (auto checked = check_names(unit, schedule); !checked) return std::unexpected(checked.error());
    schedule.id = new_id<core::ScheduleId>(unit.now());
    schedule.created_at = schedule.decided_at = unit.now();
    if (!store::add_schedule(unit, schedule)) return schedule_name_taken();
    plan_hosts(unit, schedule.id);
    unit.audit("schedule.add", schedule.id.text(), schedule_in_words(schedule));
    unit.tell(Topic::Schedule, schedule.id.text());
    return schedule.id;
  };
  co_return co_await units_.run(std::move(actor), insert);
}

Task<Result<>> Schedules::change(core::ScheduleId id, ScheduleEdit edit, Actor actor) {
  if (auto checked = check_edit(edit.schedule, clock_.now()); !checked) co_return checked;
  const auto update = [&](Unit& unit) -> Result<> {
    const auto before = store::find_schedule(unit, id);
    if (!before) return no_schedule();
    auto schedule = edit.schedule;
    tidy_names(schedule);
    schedule.id = id;
    schedule.customer = before->customer;
    if (auto checked = check_names(unit, schedule); !checked) return checked;
    schedule.decided_at = has_other_times(*before, schedule) ? unit.now() : before->decided_at;
    plan_hosts(unit, id);
    if (!store::update_schedule(unit, schedule)) return schedule_name_taken();
    save_change(unit, *before, schedule);
    return {};
  };
  co_return co_await units_.run(std::move(actor), update);
}

Task<Result<>> Schedules::set_enabled(core::ScheduleId id, bool enabled, Actor actor) {
  const auto update = [&](Unit& unit) -> Result<> {
    const auto before = store::find_schedule(unit, id);
    if (!before) return no_schedule();
    auto schedule = *before;
    schedule.enabled = enabled;
    if (has_other_times(*before, schedule)) schedule.decided_at = unit.now();
    store::update_schedule(unit, schedule);
    save_change(unit, *before, schedule);
    return {};
  };
  co_return co_await units_.run(std::move(actor), update);
}

Task<Result<>> Schedules::remove(core::ScheduleId id, Actor actor) {
  const auto erase = [&](Unit& unit) -> Result<> {
    const auto schedule = store::find_schedule(unit, id);
    if (!schedule) return no_schedule();
    plan_hosts(unit, id);
    store::remove_schedule(unit, id);
    unit.audit("schedule.remove", id.text(), schedule_in_words(*schedule));
    unit.tell(Topic::Schedule, id.text());
    return {};
  };
  co_return co_await units_.run(std::move(actor), erase);
}

Task<Result<std::vector<core::JobId>>> Schedules::run(core::ScheduleId id, Actor actor) {
  struct Due {
    core::HostId host;
    Target target;
  };
  const auto look = [&](store::View& view) -> Result<std::vector<Due>> {
    const auto schedule = store::find_schedule(view, id);
    if (!schedule) return no_schedule();
    std::vector<Due> due;
    for (const auto& host : store::hosts_of_schedule(view, id)) {
      for (auto& target : targets_of(*schedule, plan_of(view, host))) due.push_back({host, std::move(target)});
    }
    return due;
  };
  const auto due = co_await database_.read(look);
  if (!due) co_return std::unexpected(due.error());
  if (due->empty())
    co_return fail(ErrorKind::Conflict, "nothing_to_run",
                   "This schedule applies to no host that has a source group and a repository of it.");
  std::vector<core::JobId> jobs;
  for (const auto& [host, target] : *due) {
    const JobRequest request{target.repository, BackupRequest{target.group.id}};
    const auto job = co_await jobs_.start(host, request, actor);
    if (job) jobs.push_back(job->id);
  }
  co_return jobs;
}

}  // namespace holdfast::fleet
