#include "fleet/repositories/repository_checks.hpp"

#include <algorithm>

#include "fleet/repositories/repositories.hpp"
#include "new_id.hpp"
#include "repositories/no_repository.hpp"
#include "store/accounts/accounts.hpp"
#include "store/hosts/hosts.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

// Each step ends within a minute, and what restic does to stop within another.
constexpr auto kLongest = std::chrono::minutes(15);

}  // namespace

struct RepositoryChecks::Prepared {
  std::string host_name;
  core::RepositoryAccess access;
};

// Only hosts that use the repository learn its password.
Result<RepositoryChecks::Prepared> RepositoryChecks::prepare(store::View& view, const core::RepositoryId& id,
                                                             const core::HostId& host,
                                                             const std::string& credential) const {
  const auto repository = store::find_repository(view, id);
  if (!repository) return no_repository();
  const auto hosts = store::hosts_of(view, id);
  const auto linked = std::ranges::find(hosts, host, &core::Host::id);
  if (linked == hosts.end())
    return fail(ErrorKind::Conflict, "host_not_linked", "This host does not use the repository: link it first.");
  const auto found = store::find_credential(view, credential);
  if (!found || !found->is_valid(clock_.now()))
    return fail(ErrorKind::Conflict, "host_not_connected", "The agent of this host is not connected.");
  auto access = open_access(secrets_, *repository);
  if (!access) return std::unexpected(access.error());
  if (auto checked = core::check_repository_access(*access); !checked) return std::unexpected(checked.error());
  return Prepared{linked->name, *std::move(access)};
}

Result<> RepositoryChecks::check_ready(const core::RepositoryId& repository, const core::HostId& host) const {
  if (!agents_.is_connected(host))
    return fail(ErrorKind::Conflict, "host_not_connected", "The agent of this host is not connected.");
  if (!able_.contains(host))
    return fail(ErrorKind::Conflict, "agent_too_old", "The agent of this host cannot do this: update it.");
  const auto running = newest(repository);
  if (running && !running->finished_at && !running->lost)
    return fail(ErrorKind::Conflict, "check_running", "A test of this repository is still running.");
  return {};
}

Task<Result<RepositoryCheck>> RepositoryChecks::start(core::RepositoryId repository, core::HostId host, bool initialise,
                                                      Actor actor) {
  const auto look = [&](store::View& view) { return store::find_repository(view, repository).has_value(); };
  const bool exists = co_await database_.read(look);
  if (!exists) co_return no_repository();
  if (auto ready = check_ready(repository, host); !ready) co_return std::unexpected(ready.error());
  const auto now = clock_.now();
  RepositoryCheck check{new_id<core::CheckId>(now), repository, host, {}, initialise, now, {}, {}, {}, false};
  const auto credential = agents_.credential(host);
  const auto begin = [&](Unit& unit) {
    unit.audit(initialise ? "repository.initialise" : "repository.test", repository.text(), host.text());
    return prepare(unit, repository, host, credential);
  };
  Result<Prepared> prepared = co_await units_.run(actor, begin);
  if (!prepared) co_return std::unexpected(prepared.error());
  if (auto ready = check_ready(repository, host); !ready) co_return std::unexpected(ready.error());
  check.host_name = prepared->host_name;
  const protocol::RepositoryCheck message{check.id, std::move(prepared->access), initialise};
  if (agents_.credential(host) != credential || !agents_.send(host, message))
    co_return fail(ErrorKind::Conflict, "host_not_connected", "The agent of this host is not connected.");
  newest_[repository] = check;
  live_.publish(Topic::Repository, repository.text());
  co_return check;
}

std::optional<RepositoryCheck> RepositoryChecks::newest(const core::RepositoryId& repository) const {
  const auto found = newest_.find(repository);
  if (found == newest_.end()) return std::nullopt;
  RepositoryCheck check = found->second;
  const auto presence = agents_.presence(check.host);
  const bool late = clock_.now() - check.started_at > kLongest;
  check.lost = !check.finished_at && (late || !presence);
  return check;
}

void RepositoryChecks::greeted(const core::HostId& host, bool can_check) {
  if (can_check)
    able_.insert(host);
  else
    able_.erase(host);
}

void RepositoryChecks::record(const core::HostId& host, protocol::RepositoryChecked checked) {
  const auto asked = [&](const auto& entry) { return entry.second.id == checked.check && entry.second.host == host; };
  const auto found = std::ranges::find_if(newest_, asked);
  if (found == newest_.end() || found->second.finished_at) return;
  found->second.finished_at = clock_.now();
  found->second.steps = std::move(checked.steps);
  found->second.restic_version = std::move(checked.restic_version);
  live_.publish(Topic::Repository, found->first.text());
}

}  // namespace holdfast::fleet
