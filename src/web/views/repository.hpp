#pragma once

#include <string>
#include <vector>

#include "views/shell.hpp"

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
  std::optional<Failure> failure;
};

// Secrets never come back into the form; left empty, a stored one is kept. `clear_server_password` removes it.
struct RepositoryForm {
  std::string id;  // empty: a new one
  std::string name;
  std::string url;
  std::string server_user;
  bool has_password = false;
  bool has_server_password = false;
  FieldErrors errors;  // fields: name, url, password, server_user, server_password
};

struct RepositoryHost {
  std::string name;
  Url link;
  HostStatus status = HostStatus::Waiting;
  RecoveryPoint recovery;
};

// GET /repositories/new, POST /repositories; GET /repositories/{id}, POST /repositories/{id},
// POST /repositories/{id}/delete: typed.
struct RepositoryPage {
  Page page;
  RepositoryForm form;
  std::string heading;  // the stored name, whatever is typed; or "Add repository"
  std::vector<RepositoryHost> hosts;
  bool in_use = false;  // a job runs on it: it cannot be deleted now
  FieldErrors errors;   // field: typed
};

}  // namespace holdfast::web::views
