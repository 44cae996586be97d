#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/hosts/host.hpp"
#include "core/ids.hpp"
#include "core/jobs/backup.hpp"
#include "core/jobs/job_record.hpp"
#include "core/repositories/repository.hpp"
#include "fleet/accounts/actor.hpp"
#include "fleet/live/live.hpp"
#include "fleet/live/unit.hpp"
#include "fleet/live/watch.hpp"
#include "fleet/store.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/task.hpp"
#include "runtime/secrets/crypto.hpp"

// Where backups go. Secrets come in, are sealed, and never come out again but to the agent that needs them.
namespace holdfast::fleet {

using runtime::Task;

// A new or changed repository. On a change an empty password keeps the stored one, and so do variables that are not
// named; those that the kind of the repository does not have go.
struct RepositoryEdit {
  std::string name;
  core::RepositoryAccess access;                                  // without its environment
  std::map<std::string, std::optional<std::string>> variables{};  // nothing: it goes
  core::PasswordOf password_of = core::PasswordOf::New_repository;
};

struct RepositoryOverview {
  core::Repository repository;  // the sealed secrets in it are cleared
  bool has_server_password = false;
  std::vector<std::string> variables;  // names of those that are stored
  std::vector<core::Host> hosts;
  // Of find() only:
  std::map<core::HostId, core::Time> last_good{};  // of those hosts that have a good backup in it
  std::vector<std::string> twins{};                // names of other records of the same location
};

// A row of the list.
struct RepositoryRow {
  core::Repository repository;  // as above
  std::size_t hosts = 0;
  std::optional<core::Job> newest;  // the newest job on it
  std::optional<core::Time> last_backup;
  std::size_t running = 0;
};

// A page of all repositories by their names, with `after` of the other pages; empty where there is none, or it is the
// first.
struct RepositoryListPage {
  std::vector<RepositoryRow> rows;
  std::size_t before = 0;
  std::size_t total = 0;
  std::string previous;
  std::string next;
  std::string last;
};

// Lives on the loop's thread.
class Repositories {
 public:
  Repositories(store::Database& database, const runtime::Clock& clock, const runtime::SecretBox& secrets, Live& live,
               Watch& watch)
      : database_(database),
        clock_(clock),
        secrets_(secrets),

        units_(database, clock, live, watch) {}

  Task<std::vector<RepositoryOverview>> list();
  // `after`: the last one of the page before; one that is not there, or is the last of all, is none.
  Task<RepositoryListPage> page(std::string after, std::size_t limit);
  Task<core::Result<RepositoryOverview>> find(core::RepositoryId id);
  // Conflict when the name is taken.
  Task<core::Result<core::RepositoryId>> add(RepositoryEdit edit, Actor actor);
  Task<core::Result<>> change(core::RepositoryId id, RepositoryEdit edit, Actor actor);
  // Conflict while a job on it is unfinished.
  Task<core::Result<>> remove(core::RepositoryId id, Actor actor);
  Task<core::Result<>> link(core::HostId host, core::RepositoryId repository, Actor actor);
  Task<core::Result<>> unlink(core::HostId host, core::RepositoryId repository, Actor actor);

 private:
  core::Result<> apply(core::Repository& repository, RepositoryEdit edit) const;
  void seal(core::Repository& repository, const core::RepositoryAccess& access) const;

  store::Database& database_;
  const runtime::Clock& clock_;
  const runtime::SecretBox& secrets_;
  Units units_;
};

// The secrets of a repository in the clear, for the agent. Unavailable when the key file does not fit the database.
core::Result<core::RepositoryAccess> open_access(const runtime::SecretBox& secrets, const core::Repository& repository);

}  // namespace holdfast::fleet
