#include "fleet/schedules/schedules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "fleet/hosts/hosts.hpp"
#include "fleet/schedules/preview.hpp"
#include "jobs/plan_rules.hpp"
#include "new_id.hpp"
#include "schedules/targets.hpp"
#include "store/accounts/customers.hpp"
#include "store/hosts/hosts.hpp"
#include "store/schedules/schedules.hpp"
#include "store/sqlite/database.hpp"
#include "text/ascii.hpp"

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

// The one that is named, or that of the first host, or the default one.
std::optional<core::Customer> schedule_customer(store::View& view, const ScheduleEdit& edit) {
  if (!edit.customer.empty()) return store::find_customer_by_slug(view, edit.customer);
  const auto& hosts = edit.schedule.applies_to.hosts;
  const auto first = hosts.empty() ? std::nullopt : store::find_host(view, hosts.front());
  return first ? store::find_customer(view, first->customer) : store::default_customer(view);
}

// Adds the hosts of these names. Invalid where there is none, or more than one.
Result<> add_hosts_by_name(store::View& view, core::Schedule& schedule, const std::vector<std::string>& names) {
  for (const auto& name : names) {
    const auto found = store::find_hosts_by_name(view, schedule.customer, name);
    if (found.size() != 1)
      return fail(
          ErrorKind::Invalid, "schedule_invalid",
          fmt::format("hosts: the customer has {} of the name {}.", found.empty() ? "no host" : "several hosts", name));
    schedule.applies_to.hosts.push_back(found.front().id);
  }
  return {};
}

// Those of a host that is to be backed up as a whole. What is made anew at each start, or is on another disk, is not.
core::SourceGroup whole_host(const core::HostId& host, core::Time now) {
  core::SourceSet sources{{"/"},
                          {"/proc", "/sys", "/dev", "/run", "/tmp", "/var/tmp", "/var/cache", "/mnt", "/media",
                           "/var/lib/holdfast-agent/cache"},
                          {}};
  return {new_id<core::SourceGroupId>(now), host, "Whole host", std::move(sources), now};
}

core::Schedule nightly(const core::CustomerId& customer, std::string timezone, core::Time now) {
  core::Schedule schedule;
  schedule.id = new_id<core::ScheduleId>(now);
  schedule.customer = customer;
  schedule.name = "Nightly";
  schedule.cron = "0 1 * * *";
  schedule.timezone = std::move(timezone);
  schedule.window = std::chrono::hours(4);
  schedule.decided_at = schedule.created_at = now;
  return schedule;
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

// Tags as those of hosts are, and nothing twice.
Result<> tidy_names(core::Schedule& schedule) {
  for (auto& tag : schedule.applies_to.tags) {
    auto tidy = tidy_tag(tag);
    if (!tidy) return fail(ErrorKind::Invalid, "schedule_invalid", "tags: " + tidy.error().message);
    tag = *std::move(tidy);
  }
  const auto once = [](auto& list) {
    std::ranges::sort(list);
    const auto rest = std::ranges::unique(list);
    list.erase(rest.begin(), rest.end());
  };
  once(schedule.source_groups);
  once(schedule.repositories);
  once(schedule.applies_to.hosts);
  once(schedule.applies_to.tags);
  return {};
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
    for (const auto& host : overview.schedule.applies_to.hosts) {
      if (auto found = store::find_host(view, host)) overview.host_names.push_back(std::move(found->name));
    }
    for (const auto& host : store::hosts_of_schedule(view, id)) {
      if (overview.applied.size() == kAppliedShown) break;
      if (auto found = store::find_host(view, host)) overview.applied.push_back(*std::move(found));
    }
    return overview;
  };
  co_return co_await database_.read(look);
}

Task<Result<core::ScheduleId>> Schedules::add(ScheduleEdit edit, Actor actor) {
  if (auto checked = check_edit(edit.schedule, clock_.now()); !checked) co_return std::unexpected(checked.error());
  const auto insert = [&](Unit& unit) -> Result<core::ScheduleId> {
    auto schedule = edit.schedule;
    const auto customer = schedule_customer(unit, edit);
    schedule.all_source_groups = schedule.source_groups.empty();
    schedule.all_repositories = schedule.repositories.empty();
    if (!customer) return fail(ErrorKind::Invalid, "schedule_invalid", "customer: there is no such customer.");
    schedule.customer = customer->id;
    if (auto added = add_hosts_by_name(unit, schedule, edit.host_names); !added) return std::unexpected(added.error());
    if (auto tidied = tidy_names(schedule); !tidied) return std::unexpected(tidied.error());
    if (auto checked = check_names(unit, schedule); !checked) return std::unexpected(checked.error());
    schedule.id = new_id<core::ScheduleId>(unit.now());
    schedule.created_at = schedule.decided_at = unit.now();
    if (!store::add_schedule(unit, schedule)) return schedule_name_taken();
    plan_hosts(unit, schedule.id);
    unit.audit("schedule.add", schedule.id.text(), schedule_in_words(schedule));
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
    schedule.id = id;
    schedule.customer = before->customer;
    schedule.all_source_groups = schedule.source_groups.empty();
    schedule.all_repositories = schedule.repositories.empty();
    if (auto added = add_hosts_by_name(unit, schedule, edit.host_names); !added) return added;
    if (auto tidied = tidy_names(schedule); !tidied) return tidied;
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
    return {};
  };
  co_return co_await units_.run(std::move(actor), erase);
}

Task<Result<core::ScheduleId>> Schedules::protect(core::HostId id, std::string timezone, Actor actor) {
  if (auto preview = preview_schedule("0 1 * * *", timezone, clock_.now(), 1); !preview)
    co_return std::unexpected(preview.error());
  const auto work = [&](Unit& unit) -> Result<core::ScheduleId> {
    const auto host = store::find_host(unit, id);
    if (!host) return fail(ErrorKind::NotFound, "no_such_host", "There is no such host.");
    const auto repositories = store::repositories_of(unit, id);
    if (repositories.empty()) return fail(ErrorKind::Conflict, "no_repository", "Link a repository first.");
    if (store::list_source_groups(unit, id).empty()) {
      const auto group = whole_host(id, unit.now());
      for (const auto& repository : repositories)
        if (auto checked = check_not_inside(repository, group); !checked) return std::unexpected(checked.error());
      store::add_source_group(unit, group);
      unit.audit("source_group.add", group.id.text(), group.name);
    }
    const auto all = store::list_schedules(unit);
    const auto is_nightly = [&](const core::Schedule& schedule) {
      return schedule.customer == host->customer && text::to_lower_ascii(schedule.name) == "nightly";
    };
    const auto there = std::ranges::find_if(all, is_nightly);
    auto schedule = there == all.end() ? nightly(host->customer, timezone, unit.now()) : *there;
    schedule.applies_to.hosts.push_back(id);
    if (auto tidied = tidy_names(schedule); !tidied) return std::unexpected(tidied.error());
    if (auto checked = core::check_schedule(schedule); !checked) return std::unexpected(checked.error());
    if (!schedule.enabled || targets_of(schedule, plan_of(unit, id)).empty())
      return fail(ErrorKind::Conflict, "nightly_does_nothing",
                  "The schedule Nightly of this customer is paused, or is about other source groups or repositories. "
                  "Change it, or create another one for this host.");
    const bool stored =
        there == all.end() ? store::add_schedule(unit, schedule) : store::update_schedule(unit, schedule);
    if (!stored) return schedule_name_taken();
    unit.judge(id);
    unit.audit("host.protect", id.text(), schedule_in_words(schedule));
    return schedule.id;
  };
  co_return co_await units_.run(std::move(actor), work);
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
