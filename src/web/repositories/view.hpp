#pragma once

#include <string>
#include <vector>

#include "core/status/finding.hpp"
#include "kit/shell/shell_view.hpp"

namespace holdfast::web::views {

struct RepositoryRow {
  std::string id;
  std::string name;
  Url link;
  std::string url;  // redacted
  std::size_t hosts = 0;
  JobStatus last_status = JobStatus::Queued;  // of the newest job there; Queued: none yet
  std::string trouble;                        // what went wrong in it
  std::optional<core::Time> last_backup;
  std::size_t running = 0;
  core::Time now;
};

// GET /repositories
struct RepositoriesPage {
  Page page;
  std::vector<RepositoryRow> repositories;
  Pager pager;
  std::optional<Failure> failure;
};

// A variable for restic: field `env_NAME`, and `clear_NAME` removes what is stored.
struct VariableField {
  std::string name;
  std::string label;
  bool is_file = false;  // many lines, or a path
  bool stored = false;
};
struct VariableGroup {
  std::string heading;
  std::string prefixes;  // of the addresses that it belongs to, with blanks between
  std::vector<VariableField> fields;
  bool open = false;
};

// Secrets never come back into the form; left empty, a stored one is kept. `clear_server_password` removes it.
struct RepositoryForm {
  std::string id;  // empty: a new one
  std::string name;
  std::string url;
  std::string server_user;
  bool has_password = false;
  bool has_server_password = false;
  bool existing = false;  // typed: the repository is there already
  std::vector<VariableGroup> groups;
  FieldErrors errors;  // fields: name, url, password, server_user, server_password, environment
};

struct TestStep {
  std::string name;  // "Reached"
  Level level = Level::Calm;
  bool skipped = false;
  std::string message;
  std::string next_step;
  bool neutral = false;  // neither good nor bad: the name says it all
};

// POST /repositories/{id}/test: host, initialise. Live: topic "repository:<id>", fragment live_connection_test; its id
// is "connection-test".
struct ConnectionTest {
  std::string repository;
  std::vector<Option> hosts;  // that use the repository and are connected
  std::string error;
  std::string host_name;  // of the newest test; empty: there was none
  bool running = false;
  bool lost = false;
  bool missing = false;  // the newest test found no repository: it can be initialised
  std::optional<core::Time> at;
  core::Time now;
  std::vector<TestStep> steps;
};

struct RepositoryHost {
  std::string name;
  Url link;
  HostStatus status = HostStatus::Waiting;
  core::Words reason;                     // why it is not OK
  std::optional<core::Time> last_backup;  // the last good one in this repository
};

// GET /repositories/new, POST /repositories; GET /repositories/{id}, POST /repositories/{id},
// POST /repositories/{id}/delete: typed.
struct RepositoryPage {
  Page page;
  RepositoryForm form;
  std::string heading;  // the stored name, whatever is typed; or "Add repository"
  std::vector<RepositoryHost> hosts;
  ConnectionTest test;
  std::vector<std::string> twins;  // names of other records of the same location
  bool in_use = false;             // a job runs on it: it cannot be deleted now
  FieldErrors errors;              // field: typed
};

}  // namespace holdfast::web::views
