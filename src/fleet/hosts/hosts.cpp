#include "fleet/hosts/hosts.hpp"

#include <algorithm>

#include "store/accounts/customers.hpp"
#include "store/enrolment/enrolment.hpp"
#include "store/hosts/fleet_list.hpp"
#include "store/hosts/hosts.hpp"
#include "store/hosts/pings.hpp"
#include "store/jobs/jobs.hpp"
#include "store/reports/refusals.hpp"
#include "store/reports/reports.hpp"
#include "store/repositories/snapshot_hosts.hpp"
#include "store/sqlite/database.hpp"
#include "store/status/status_basis.hpp"

namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::JobState;
using core::Result;

constexpr std::size_t kJobsShown = 20;

double fraction_of(const core::Job& job) {
  return job.progress && job.progress->bytes_total > 0 ? job.progress->fraction : 0;
}

std::optional<UnfinishedJob> current_job(store::View& view, const core::HostId& host) {
  const auto unfinished = store::unfinished_jobs(view, host);
  if (unfinished.empty()) return std::nullopt;
  const auto running = std::ranges::find(unfinished, JobState::Running, &core::Job::state);
  const auto& job = running == unfinished.end() ? unfinished.front() : *running;
  return UnfinishedJob{job.id, job.state, fraction_of(job)};
}

std::optional<core::Pause> while_it_holds(std::optional<core::Pause> pause, core::Time now) {
  if (pause && pause->until && *pause->until <= now) return std::nullopt;
  return pause;
}

void read_runs(store::View& view, HostOverview& overview) {
  core::JobFilter last;
  last.host = overview.host.id;
  last.limit = kRunsShown;
  for (const auto& job : store::list_jobs(view, last)) overview.runs.insert(overview.runs.begin(), job.state);
  if (overview.runs.empty()) overview.runs = store::reported_runs(view, overview.host.id);
  if (const auto success = store::last_backup(view, overview.host.id)) overview.last_success_at = success->finished_at;
}

HostOverview read_overview(store::View& view, core::Host host, core::Customer customer, core::Time now) {
  const core::HostId id = host.id;
  HostOverview overview;
  overview.host = std::move(host);
  overview.has_bearer = store::has_credentials(view, id, now);
  overview.awaits_proof = !overview.has_bearer && store::awaits_proof(view, id, now);
  overview.status = store::find_status(view, id).value_or(core::JudgedStatus());
  overview.pause = while_it_holds(store::host_pause(view, id), now);
  overview.customer_pause = while_it_holds(store::customer_pause(view, customer.id), now);
  overview.customer = std::move(customer);
  overview.tags = store::host_tags(view, id);
  overview.report = store::find_report_state(view, id);
  overview.refusal = store::find_refusal(view, id);
  overview.ping = store::find_ping(view, id);
  overview.full_at = store::disk_full_at(view, id);
  overview.has_plan = !store::list_source_groups(view, id).empty() && !store::repositories_of(view, id).empty();
  overview.current = current_job(view, id);
  read_runs(view, overview);
  return overview;
}

std::optional<HostOverview> find_overview(store::View& view, const core::HostId& id, const Scope& scope,
                                          core::Time now) {
  auto host = store::find_host(view, id);
  if (!host || !scope.sees(host->customer)) return std::nullopt;
  auto customer = store::find_customer(view, host->customer).value_or(core::Customer());
  return read_overview(view, *std::move(host), std::move(customer), now);
}

std::vector<core::Repository> read_repositories(store::View& view, const core::HostId& host) {
  auto repositories = store::repositories_of(view, host);
  for (auto& repository : repositories) {
    repository.sealed_password.clear();
    repository.sealed_server_password.clear();
  }
  return repositories;
}

std::vector<core::Job> read_jobs(store::View& view, const core::HostId& host) {
  core::JobFilter recent;
  recent.host = host;
  recent.limit = kJobsShown;
  return store::list_jobs(view, recent);
}

}  // namespace

Task<std::optional<HostOverview>> Hosts::find(core::HostId id, Scope scope) {
  const auto look = [&, now = clock_.now()](store::View& view) { return find_overview(view, id, scope, now); };
  auto overview = co_await database_.read(look);
  if (overview) overview->presence = agents_.presence(id);
  co_return overview;
}

Task<Result<HostDetail>> Hosts::detail(core::HostId id, Scope scope) {
  const auto look = [&, now = clock_.now()](store::View& view) -> Result<HostDetail> {
    auto overview = find_overview(view, id, scope, now);
    if (!overview) return fail(ErrorKind::NotFound, "no_such_host", "There is no such host.");
    return HostDetail{*std::move(overview),
                      store::host_notes(view, id),
                      store::list_source_groups(view, id),
                      store::last_good_backups(view, id),
                      read_repositories(view, id),
                      read_jobs(view, id),
                      store::list_snapshot_hosts(view, id)};
  };
  Result<HostDetail> detail = co_await database_.read(look);
  if (detail) detail->overview.presence = agents_.presence(id);
  co_return detail;
}

}  // namespace holdfast::fleet
