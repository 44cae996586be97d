#include "fleet/hosts.hpp"

#include <algorithm>
#include <unordered_map>

#include "new_id.hpp"
#include "runtime/log.hpp"
#include "store/accounts.hpp"

namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::JobState;
using core::Result;

constexpr std::size_t kJobsShown = 20;

auto no_host() {
  return fail(ErrorKind::NotFound, "no_such_host", "There is no such host.");
}
auto no_group() {
  return fail(ErrorKind::NotFound, "no_such_source_group", "There is no such source group.");
}

double fraction_of(const store::Job& job) {
  return job.progress && job.progress->bytes_total > 0 ? job.progress->fraction : 0;
}

std::optional<UnfinishedJob> current_job(store::View& view, const core::HostId& host) {
  const auto unfinished = store::unfinished_jobs(view, host);
  if (unfinished.empty()) return std::nullopt;
  const auto running = std::ranges::find(unfinished, JobState::Running, &store::Job::state);
  const auto& job = running == unfinished.end() ? unfinished.front() : *running;
  return UnfinishedJob{job.id, job.state, fraction_of(job)};
}

// What the database knows of a host; presence and status are added on the loop.
HostOverview read_overview(store::View& view, store::Host host, store::HostRuns runs, core::Time now) {
  HostOverview overview;
  overview.has_bearer = store::has_credentials(view, host.id, now);
  overview.has_plan =
      !store::list_source_groups(view, host.id).empty() && !store::repositories_of(view, host.id).empty();
  overview.current = current_job(view, host.id);
  overview.runs = std::move(runs.states);
  overview.last_success_at = runs.last_success_at;
  overview.host = std::move(host);
  return overview;
}

// The same for one host alone, without reading the runs of all.
HostOverview read_one(store::View& view, store::Host host, core::Time now) {
  store::JobFilter last;
  last.host = host.id;
  last.limit = kRunsShown;
  store::HostRuns runs;
  for (const auto& job : store::list_jobs(view, last)) runs.states.insert(runs.states.begin(), job.state);
  if (const auto success = store::last_backup(view, host.id)) runs.last_success_at = success->finished_at;
  return read_overview(view, std::move(host), std::move(runs), now);
}

bool worse_first(const HostOverview& a, const HostOverview& b) {
  if (a.status.state != b.status.state) return a.status.state > b.status.state;
  return a.host.name < b.host.name;
}

}  // namespace

void Hosts::complete(HostOverview& overview) const {
  const auto now = clock_.now();
  overview.presence = agents_.presence(overview.host.id);
  core::HostFactsForStatus facts;
  facts.heard_at = overview.presence ? now : overview.host.last_seen_at;
  if (facts.heard_at) facts.silent_since = std::max(*facts.heard_at, watched_since_);
  facts.has_plan = overview.has_plan;
  facts.runs = overview.runs;
  facts.last_success_at = overview.last_success_at;
  overview.status = core::judge_host(facts, core::StatusLimits(), now);
}

Task<std::vector<HostOverview>> Hosts::list() {
  const auto now = clock_.now();
  const auto look = [now](store::View& view) {
    std::unordered_map<core::HostId, store::HostRuns> runs;
    for (auto& of_host : store::list_host_runs(view, kRunsShown)) {
      const auto id = of_host.host;
      runs.emplace(id, std::move(of_host));
    }
    std::vector<HostOverview> overviews;
    for (auto& host : store::list_hosts(view)) {
      auto of_host = runs.contains(host.id) ? std::move(runs.at(host.id)) : store::HostRuns{};
      overviews.push_back(read_overview(view, std::move(host), std::move(of_host), now));
    }
    return overviews;
  };
  auto overviews = co_await database_.read(look);
  for (auto& overview : overviews) complete(overview);
  std::ranges::sort(overviews, worse_first);
  co_return overviews;
}

Task<std::optional<HostOverview>> Hosts::find(core::HostId id) {
  const auto now = clock_.now();
  const auto look = [&](store::View& view) -> std::optional<HostOverview> {
    auto host = store::find_host(view, id);
    if (!host) return std::nullopt;
    return read_one(view, *std::move(host), now);
  };
  auto overview = co_await database_.read(look);
  if (overview) complete(*overview);
  co_return overview;
}

Task<Result<HostDetail>> Hosts::detail(core::HostId id) {
  const auto now = clock_.now();
  const auto look = [&](store::View& view) -> Result<HostDetail> {
    auto host = store::find_host(view, id);
    if (!host) return no_host();
    HostDetail detail;
    detail.source_groups = store::list_source_groups(view, id);
    detail.repositories = store::repositories_of(view, id);
    for (auto& repository : detail.repositories) {
      repository.sealed_password.clear();
      repository.sealed_server_password.clear();
    }
    store::JobFilter recent;
    recent.host = id;
    recent.limit = kJobsShown;
    detail.jobs = store::list_jobs(view, recent);
    detail.overview = read_one(view, *std::move(host), now);
    return detail;
  };
  Result<HostDetail> detail = co_await database_.read(look);
  if (detail) complete(detail->overview);
  co_return detail;
}

Task<Result<>> Hosts::rename(core::HostId id, std::string name, Actor actor) {
  if (auto checked = core::check_name("The host name", name); !checked) co_return checked;
  const auto change = [&](store::Transaction& tx) {
    if (!store::rename_host(tx, id, name)) return false;
    store::add_audit(tx, {clock_.now(), actor.name, "host.rename", id.text(), name, actor.address});
    return true;
  };
  const bool renamed = co_await database_.write(change);
  if (!renamed) co_return no_host();
  live_.publish(Topic::Host, id.text());
  co_return Result<>{};
}

Task<Result<>> Hosts::remove(core::HostId id, Actor actor) {
  const auto erase = [&](store::Transaction& tx) {
    const auto host = store::find_host(tx, id);
    if (!host || !store::remove_host(tx, id)) return false;
    store::add_audit(tx, {clock_.now(), actor.name, "host.remove", id.text(), host->name, actor.address});
    return true;
  };
  const bool removed = co_await database_.write(erase);
  if (!removed) co_return no_host();
  agents_.close(id, protocol::CloseCode::Revoked, "this host was removed from the hub");
  live_.publish(Topic::Host, id.text());
  co_return Result<>{};
}

Task<Result<core::SourceGroupId>> Hosts::add_source_group(core::HostId host, std::string name, core::SourceSet sources,
                                                          Actor actor) {
  if (auto checked = core::check_name("The source group name", name); !checked)
    co_return std::unexpected(checked.error());
  if (auto checked = core::check_source_set(sources); !checked) co_return std::unexpected(checked.error());
  const auto now = clock_.now();
  const store::SourceGroup group{new_id<core::SourceGroupId>(now), host, name, sources, now};
  const auto insert = [&](store::Transaction& tx) {
    if (!store::find_host(tx, host)) return false;
    store::add_source_group(tx, group);
    store::add_audit(tx, {now, actor.name, "source_group.add", group.id.text(), name, actor.address});
    return true;
  };
  const bool added = co_await database_.write(insert);
  if (!added) co_return no_host();
  live_.publish(Topic::Host, host.text());
  co_return group.id;
}

Task<Result<>> Hosts::change_source_group(core::SourceGroupId id, std::string name, core::SourceSet sources,
                                          Actor actor) {
  if (auto checked = core::check_name("The source group name", name); !checked) co_return checked;
  if (auto checked = core::check_source_set(sources); !checked) co_return checked;
  const auto update = [&](store::Transaction& tx) -> std::optional<core::HostId> {
    auto group = store::find_source_group(tx, id);
    if (!group) return std::nullopt;
    group->name = name;
    group->sources = sources;
    store::update_source_group(tx, *group);
    store::add_audit(tx, {clock_.now(), actor.name, "source_group.change", id.text(), name, actor.address});
    return group->host;
  };
  const auto host = co_await database_.write(update);
  if (!host) co_return no_group();
  live_.publish(Topic::Host, host->text());
  co_return Result<>{};
}

Task<Result<>> Hosts::remove_source_group(core::SourceGroupId id, Actor actor) {
  const auto erase = [&](store::Transaction& tx) -> std::optional<core::HostId> {
    const auto group = store::find_source_group(tx, id);
    if (!group || !store::remove_source_group(tx, id)) return std::nullopt;
    store::add_audit(tx, {clock_.now(), actor.name, "source_group.remove", id.text(), group->name, actor.address});
    return group->host;
  };
  const auto host = co_await database_.write(erase);
  if (!host) co_return no_group();
  live_.publish(Topic::Host, host->text());
  co_return Result<>{};
}

}  // namespace holdfast::fleet
