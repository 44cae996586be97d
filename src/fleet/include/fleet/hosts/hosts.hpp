#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/accounts/customer.hpp"
#include "core/error.hpp"
#include "core/hosts/fleet.hpp"
#include "core/hosts/host.hpp"
#include "core/hosts/source_group.hpp"
#include "core/ids.hpp"
#include "core/jobs/backup.hpp"
#include "core/jobs/job_record.hpp"
#include "core/reports/report_state.hpp"
#include "core/repositories/repository.hpp"
#include "core/status/limits.hpp"
#include "fleet/accounts/actor.hpp"
#include "fleet/accounts/scope.hpp"
#include "fleet/agents/agents.hpp"
#include "fleet/live/live.hpp"
#include "fleet/live/unit.hpp"
#include "fleet/live/watch.hpp"
#include "fleet/store.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/task.hpp"

// The hosts of the fleet as people see and change them.
namespace holdfast::fleet {

using runtime::Task;

inline constexpr std::size_t kRunsShown = 14;
inline constexpr std::size_t kMaxTags = 20;  // of one host
inline constexpr std::size_t kMaxNotesBytes = 16'384;
inline constexpr std::size_t kMaxPauseReason = 200;  // bytes

// A host in a list.
struct FleetHost {
  core::FleetRow row;
  std::optional<Agents::Presence> presence;  // set while its agent is connected
};

// When it was last heard of: by its agent, or of a report-only host by its newest report.
std::optional<core::Time> last_seen(const core::Host& host, const std::optional<Agents::Presence>& presence,
                                    const std::optional<core::ReportState>& report);

struct FleetPage {
  std::vector<FleetHost> hosts;
  core::FleetCounts counts;    // of all hosts within the query's customer
  core::FleetCounts matching;  // of those that the filter leaves
  std::string next;            // `after` of the page that follows; empty: this is the last one
  std::size_t before = 0;      // so many hosts come before those of this page
  std::string previous;        // `after` of the page before; empty: that is the first one
  std::string last;            // `after` of the last page; empty: this is it
};

// A job that has not ended, as far as lists show it.
struct UnfinishedJob {
  core::JobId id;
  core::JobState state;
  double fraction = 0;  // of a running job whose total is known
};

struct HostOverview {
  core::Host host;
  core::Customer customer;
  std::optional<Agents::Presence> presence;  // set while its agent is connected
  bool awaits_proof = false;                 // accepted, and its agent has not fetched its bearer yet
  bool has_bearer = true;                    // false: revoked, report-only, or accepted and not proven yet
  core::JudgedStatus status;
  std::optional<core::Pause> pause;           // its own, while it holds
  std::optional<core::Pause> customer_pause;  // its customer's, while it holds
  std::vector<std::string> tags;
  std::optional<core::ReportState> report;  // what its newest report says
  std::optional<core::Refusal> refusal;     // of a report that came since
  std::optional<core::Ping> ping;           // the last one
  std::optional<core::Time> full_at;        // of its fullest disk, at the pace of the last days
  bool has_plan = false;                    // a source group and a repository
  std::vector<core::JobState> runs;         // the last ones, oldest first
  std::optional<core::Time> last_success_at;
  std::optional<UnfinishedJob> current;  // the running one, or else the oldest queued one
};

struct HostDetail {
  HostOverview overview;
  std::string notes;
  std::vector<core::SourceGroup> source_groups;
  std::map<core::SourceGroupId, core::Time> last_good;            // of those that have a good backup
  std::vector<core::Repository> repositories;                     // sealed secrets cleared
  std::vector<core::Job> jobs;                                    // newest first
  std::map<core::RepositoryId, std::string> snapshot_hosts = {};  // by which name restic knows it in each
};

// What of a host is to become another; what is absent stays.
struct HostChange {
  std::optional<std::string> name;
  std::optional<std::vector<std::string>> tags;
  std::optional<std::string> notes;
  std::optional<core::CustomerId> customer;
  std::optional<bool> needs_backup = {};
  std::vector<std::string> add_tags = {};  // to those that it has
  std::vector<std::string> remove_tags = {};

  bool operator==(const HostChange&) const = default;
};

// What a host is judged by.
struct HostLimits {
  core::HostLimits all;  // with where each comes from
  core::LimitSet own;    // set for this host
};

// As it is stored: in lower case. 1 to 40 characters without blanks, commas and quotes.
core::Result<std::string> tidy_tag(std::string_view tag);

// Lives on the loop's thread.
class Hosts {
 public:
  Hosts(store::Database& database, const runtime::Clock& clock, Agents& agents, Live& live, Watch& watch)
      : database_(database), clock_(clock), agents_(agents), watch_(watch), units_(database, clock, live, watch) {}

  // --- the fleet, filtered, sorted and cut by the database ---

  // Invalid when the cursor is not one of this sort.
  Task<core::Result<FleetPage>> page(core::FleetQuery query);
  // All that match, in the order of the query: for who reads their rows little by little while the order changes.
  Task<std::vector<core::HostId>> ids(core::FleetQuery query);
  // The rows of one page alone.
  Task<core::Result<std::vector<FleetHost>>> rows(core::FleetQuery query);
  // Those hosts again, in the order of the ids; who was removed meanwhile is left out.
  Task<std::vector<FleetHost>> rows(std::vector<core::HostId> hosts);
  Task<std::vector<core::FleetCell>> cells(core::FleetQuery query);
  // One cheap query: for the pulse of every page.
  Task<core::FleetCounts> counts(Scope scope = {});
  Task<std::size_t> count_agents();  // hosts that have one, connected or not
  // All tags that are in use.
  Task<std::vector<std::string>> tags();

  // --- one host; not there when it is out of scope ---

  Task<std::optional<HostOverview>> find(core::HostId id, Scope scope = {});
  Task<core::Result<HostDetail>> detail(core::HostId id, Scope scope = {});

  // All of it or, when a part cannot be, nothing. The functions below do one part each.
  Task<core::Result<>> change(core::HostId id, HostChange change, Actor actor);
  Task<core::Result<>> rename(core::HostId id, std::string name, Actor actor);
  // Replaces all. Each is 1 to 40 characters without blanks, commas and quotes; kept in lower case.
  Task<core::Result<>> set_tags(core::HostId id, std::vector<std::string> tags, Actor actor);
  Task<core::Result<>> set_notes(core::HostId id, std::string notes, Actor actor);
  // Conflict when a host there reports by the same name.
  Task<core::Result<>> move(core::HostId id, core::CustomerId customer, Actor actor);
  // `pause` empty: goes on. Its `by` and `since` are filled in here; Invalid when `until` is not ahead.
  Task<core::Result<>> pause(core::HostId id, std::optional<core::Pause> pause, Actor actor);
  // Takes the host out of sight and disconnects its agent; its snapshots stay in their repositories. Its jobs and
  // reports are removed by finish_removals(), now or after a restart.
  Task<core::Result<>> remove(core::HostId id, Actor actor);
  // A round: removes what removed hosts have left, in small steps with the loop and other writers going on in between.
  Task<> finish_removals();

  // --- limits; everybody whom a change concerns is judged again at once ---

  Task<core::Result<HostLimits>> limits(core::HostId id, Scope scope = {});
  Task<core::Result<core::LimitSet>> customer_limits(core::CustomerId id);
  Task<std::map<std::string, core::LimitSet>> tag_limits();
  // Each replaces all that are set there; an empty set removes them. NotFound where a tag has none to remove.
  Task<core::Result<>> set_limits(core::HostId id, core::LimitSet limits, Actor actor);
  Task<core::Result<>> set_customer_limits(core::CustomerId id, core::LimitSet limits, Actor actor);
  Task<core::Result<>> set_tag_limits(std::string tag, core::LimitSet limits, Actor actor);

  // `backup_age`: how old its last good backup may be; nothing: as old as its host allows.
  Task<core::Result<core::SourceGroupId>> add_source_group(core::HostId host, std::string name, core::SourceSet sources,
                                                           Actor actor,
                                                           std::optional<std::chrono::seconds> backup_age = {});
  Task<core::Result<>> change_source_group(core::SourceGroupId id, std::string name, core::SourceSet sources,
                                           Actor actor, std::optional<std::chrono::seconds> backup_age = {});
  Task<core::Result<>> remove_source_group(core::SourceGroupId id, Actor actor);

 private:
  std::vector<FleetHost> with_presence(std::vector<core::FleetRow> rows) const;

  Task<core::Result<>> exists(core::HostId id);

  store::Database& database_;
  const runtime::Clock& clock_;
  Agents& agents_;
  Watch& watch_;
  Units units_;
};

}  // namespace holdfast::fleet
