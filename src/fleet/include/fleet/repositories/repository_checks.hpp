#pragma once

#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/repositories/repository_check.hpp"
#include "fleet/accounts/actor.hpp"
#include "fleet/agents/agents.hpp"
#include "fleet/live/live.hpp"
#include "fleet/live/unit.hpp"
#include "fleet/store.hpp"
#include "protocol/agent/messages.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/secrets/crypto.hpp"

// Trying repositories out from a host that uses them. Kept in memory: what was found says something of its moment only.
namespace holdfast::fleet {

struct RepositoryCheck {
  core::CheckId id;
  core::RepositoryId repository;
  core::HostId host;
  std::string host_name;
  bool initialise = false;
  core::Time started_at;
  std::optional<core::Time> finished_at;
  std::vector<core::CheckedStep> steps;
  std::string restic_version;
  bool lost = false;  // the host's agent went away, or never answered
};

// Lives on the loop's thread.
class RepositoryChecks {
 public:
  RepositoryChecks(store::Database& database, const runtime::Clock& clock, const runtime::SecretBox& secrets,
                   Agents& agents, Live& live, Watch& watch)
      : database_(database),
        clock_(clock),
        secrets_(secrets),
        agents_(agents),
        live_(live),
        units_(database, clock, live, watch) {}

  // Conflict when the host is not linked or not connected, its agent is too old, or a check of the repository runs.
  Task<core::Result<RepositoryCheck>> start(core::RepositoryId repository, core::HostId host, bool initialise,
                                            Actor actor);
  // The newest check of the repository.
  std::optional<RepositoryCheck> newest(const core::RepositoryId& repository) const;

  // What sessions tell.
  void greeted(const core::HostId& host, bool can_check);
  void record(const core::HostId& host, protocol::RepositoryChecked checked);

 private:
  struct Prepared;
  core::Result<Prepared> prepare(store::View& view, const core::RepositoryId& repository, const core::HostId& host,
                                 const std::string& credential) const;
  core::Result<> check_ready(const core::RepositoryId& repository, const core::HostId& host) const;

  store::Database& database_;
  const runtime::Clock& clock_;
  const runtime::SecretBox& secrets_;
  Agents& agents_;
  Live& live_;
  Units units_;
  std::unordered_map<core::RepositoryId, RepositoryCheck> newest_;
  std::set<core::HostId> able_;  // hosts whose agents know of checks
};

}  // namespace holdfast::fleet
