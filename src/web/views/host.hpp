#pragma once

#include <string>
#include <vector>

#include "views/fleet.hpp"
#include "views/job.hpp"
#include "views/shell.hpp"

namespace holdfast::web::views {

// Add or edit a source group: POST /hosts/{host}/source-groups, POST /hosts/{host}/source-groups/{id}; delete:
// POST /hosts/{host}/source-groups/{id}/delete. One path, pattern or tag a line.
struct SourceGroupForm {
  std::string host;
  std::string id;  // empty: a new one
  std::string name;
  std::string paths;
  std::string excludes;
  std::string tags;
  FieldErrors errors;  // fields: name, paths, excludes, tags
  bool open = false;   // after a failed POST
};

struct SourceGroupView {
  std::string name;
  std::vector<std::string> paths;
  std::vector<std::string> excludes;
  std::vector<std::string> tags;
  SourceGroupForm form;
};

struct LinkedRepository {
  std::string id;
  std::string name;
  std::string url;
  Url link;
  bool is_default = false;
};

// Back up now: POST /hosts/{id}/backup: repository, source_group, initialise.
struct BackupForm {
  std::string host;
  std::string host_name;
  bool possible = false;  // false: `hint` says what is missing
  std::string hint;
  bool connected = true;  // false: the job waits for the agent
  Url running;            // a job runs already: the button leads there
  std::vector<Option> repositories;
  std::vector<Option> source_groups;
  bool offer_initialise = false;  // nothing was ever backed up to it from here
  std::string error;
};

// Name, state and facts. Live: topic "host:<id>", fragment live_host_head.
struct HostHead {
  std::string id;
  std::string name;
  HostStatus status = HostStatus::Unknown;
  std::string reason;
  std::vector<std::string> facts;  // "Debian 12, x86_64", "10.20.3.10"
  bool connected = false;
  std::optional<core::Time> last_seen;
  core::Time now;
  RecoveryPoint recovery;
  RunStrip runs;
  std::string runs_text;  // "13 ok, 1 failed"
  std::optional<core::Time> last_run;
  std::string last_run_text;  // "Failed after 51 min"
  JobStatus last_run_status = JobStatus::Done;
  BackupForm backup;
};

// The newest jobs of the host. Live: topic "host:<id>", fragment live_host_jobs; its id is "host-jobs".
struct HostJobs {
  std::vector<JobRow> jobs;
};

// GET /hosts/{id}. POST /hosts/{id}/repositories: repository; POST /hosts/{id}/repositories/{repository}/unlink;
// POST /hosts/{id}/rename: name; POST /hosts/{id}/rotate; POST /hosts/{id}/revoke; POST /hosts/{id}/delete: typed;
// POST /hosts/{id}/token makes an enrolment token for this host and shows /hosts/add with it.
struct HostPage {
  Page page;
  HostHead head;
  bool revoked = false;           // no valid bearer: it must be enrolled again
  std::optional<Notice> problem;  // one callout with cause and outlook
  std::vector<SourceGroupView> source_groups;
  SourceGroupForm new_source_group;
  std::vector<LinkedRepository> repositories;
  std::vector<Option> other_repositories;  // that could be linked
  HostJobs jobs;
  Url all_jobs;
  std::vector<Fact> connection;
  std::vector<Fact> system;
  FieldErrors errors;  // fields: repository, rename, typed
};

}  // namespace holdfast::web::views
