#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/backup.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/status.hpp"
#include "fleet/actor.hpp"
#include "fleet/agents.hpp"
#include "fleet/live.hpp"
#include "runtime/clock.hpp"
#include "store/database.hpp"
#include "store/hosts.hpp"
#include "store/jobs.hpp"

// The hosts of the fleet as people see and change them.
namespace holdfast::fleet {

using runtime::Task;

inline constexpr std::size_t kRunsShown = 14;

// A job that has not ended, as far as lists show it.
struct UnfinishedJob {
  core::JobId id;
  core::JobState state;
  double fraction = 0;  // of a running job whose total is known
};

struct HostOverview {
  store::Host host;
  std::optional<Agents::Presence> presence;  // set while its agent is connected
  bool has_bearer = true;                    // false: revoked, or accepted and not proven yet
  core::HostStatus status;
  bool has_plan = false;             // a source group and a repository
  std::vector<core::JobState> runs;  // the last ones, oldest first
  std::optional<core::Time> last_success_at;
  std::optional<UnfinishedJob> current;  // the running one, or else the oldest queued one
};

struct HostDetail {
  HostOverview overview;
  std::vector<store::SourceGroup> source_groups;
  std::vector<store::Repository> repositories;  // sealed secrets cleared
  std::vector<store::Job> jobs;                 // newest first
};

// Lives on the loop's thread.
class Hosts {
 public:
  Hosts(store::Database& database, const runtime::Clock& clock, Agents& agents, Live& live)
      : database_(database), clock_(clock), agents_(agents), live_(live), watched_since_(clock.now()) {}

  // Worst first, then by name.
  Task<std::vector<HostOverview>> list();
  Task<std::optional<HostOverview>> find(core::HostId id);
  Task<core::Result<HostDetail>> detail(core::HostId id);

  Task<core::Result<>> rename(core::HostId id, std::string name, Actor actor);
  // Removes the host with its jobs; its snapshots stay in their repositories. Its agent is disconnected.
  Task<core::Result<>> remove(core::HostId id, Actor actor);

  Task<core::Result<core::SourceGroupId>> add_source_group(core::HostId host, std::string name, core::SourceSet sources,
                                                           Actor actor);
  Task<core::Result<>> change_source_group(core::SourceGroupId id, std::string name, core::SourceSet sources,
                                           Actor actor);
  Task<core::Result<>> remove_source_group(core::SourceGroupId id, Actor actor);

 private:
  // Adds what only the loop's thread knows: who is connected, and the status that follows.
  void complete(HostOverview& overview) const;

  store::Database& database_;
  const runtime::Clock& clock_;
  Agents& agents_;
  Live& live_;
  core::Time watched_since_;
};

}  // namespace holdfast::fleet
