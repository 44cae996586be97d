#include <string>

#include "sqlite/dialect.hpp"
#include "sqlite/sqlite.hpp"
#include "store/hosts/hosts.hpp"

namespace holdfast::store {
namespace {

const std::string kSelect =
    "SELECT r.uid, c.uid, r.name, r.url, r.sealed_password, r.server_user, r.sealed_server_password, r.created_at, "
    "r.existing "
    "FROM repositories AS r JOIN customers AS c ON c.id = r.customer ";
const std::string kFind = kSelect + "WHERE r.uid = ?";
const std::string kList = kSelect + "ORDER BY " + ignoring_case("r.name") + ", r.uid";
const std::string kListIds = "SELECT uid FROM repositories ORDER BY " + ignoring_case("name") + ", uid";
constexpr std::string_view kLastGoodBackup =
    "SELECT max(at) FROM (SELECT at FROM good_backups WHERE repository = (SELECT id FROM repositories WHERE uid = ?) "
    "UNION ALL SELECT * FROM (SELECT finished_at FROM jobs WHERE repository = (SELECT id FROM repositories WHERE uid = "
    "?) AND verdict = 'good' ORDER BY uid DESC LIMIT 1) AS newest) AS good";
constexpr std::string_view kLastGoodByHost =
    "SELECT h.uid, max(b.at) FROM good_backups AS b JOIN source_groups AS g ON g.id = b.source_group "
    "JOIN hosts AS h ON h.id = g.host WHERE b.repository = (SELECT id FROM repositories WHERE uid = ?) GROUP BY h.id";
constexpr std::string_view kTwins =
    "SELECT name FROM repositories WHERE rtrim(url, '/') = rtrim(?, '/') AND uid <> ? ORDER BY name";
const std::string kListOfHost =
    kSelect +
    "JOIN host_repositories AS l ON l.repository = r.id WHERE l.host = (SELECT id FROM hosts WHERE uid = ?) "
    "ORDER BY l.linked_at, l.id";

constexpr std::string_view kAdd =
    "INSERT INTO repositories (uid, customer, name, url, sealed_password, server_user, sealed_server_password, "
    "created_at, existing) "
    "VALUES (?, (SELECT id FROM customers WHERE uid = ?), ?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (customer, name) DO NOTHING";
// The new name may be taken.
constexpr std::string_view kUpdate =
    "UPDATE repositories SET name = ?, url = ?, sealed_password = ?, server_user = ?, "
    "sealed_server_password = ?, existing = ? WHERE uid = ? "
    "AND NOT EXISTS (SELECT 1 FROM repositories AS o WHERE o.customer = repositories.customer AND o.name = ? "
    "AND o.id <> repositories.id)";
constexpr std::string_view kRemove = "DELETE FROM repositories WHERE uid = ?";

constexpr std::string_view kLink =
    "INSERT INTO host_repositories (host, repository, linked_at) "
    "VALUES ((SELECT id FROM hosts WHERE uid = ?), (SELECT id FROM repositories WHERE uid = ?), ?) "
    "ON CONFLICT (host, repository) DO NOTHING";
constexpr std::string_view kUnlink =
    "DELETE FROM host_repositories WHERE host = (SELECT id FROM hosts WHERE uid = ?) "
    "AND repository = (SELECT id FROM repositories WHERE uid = ?)";

constexpr std::string_view kVariables =
    "SELECT name, sealed_value FROM repository_variables "
    "WHERE repository = (SELECT id FROM repositories WHERE uid = ?) ORDER BY name";
constexpr std::string_view kRemoveVariables =
    "DELETE FROM repository_variables WHERE repository = (SELECT id FROM repositories WHERE uid = ?)";
constexpr std::string_view kAddVariable =
    "INSERT INTO repository_variables (repository, name, sealed_value) "
    "VALUES ((SELECT id FROM repositories WHERE uid = ?), ?, ?)";

std::pair<std::string, std::string> read_variable(Statement& row) {
  std::pair<std::string, std::string> variable;
  row.read(variable.first, variable.second);
  return variable;
}

void load_variables(View& view, core::Repository& repository) {
  const auto variables = connection_of(view).list(kVariables, read_variable, repository.id);
  repository.sealed_variables = {variables.begin(), variables.end()};
}

void save_variables(Transaction& transaction, const core::Repository& repository) {
  connection_of(transaction).run(kRemoveVariables, repository.id);
  for (const auto& [name, sealed] : repository.sealed_variables)
    connection_of(transaction).run(kAddVariable, repository.id, name, Blob{sealed});
}

std::pair<core::HostId, core::Time> read_host_time(Statement& row) {
  std::pair<core::HostId, core::Time> read;
  row.read(read.first, read.second);
  return read;
}

core::Repository read_repository(Statement& row) {
  core::Repository repository;
  row.read(repository.id, repository.customer, repository.name, repository.url, repository.sealed_password,
           repository.server_user, repository.sealed_server_password, repository.created_at, repository.existing);
  return repository;
}

}  // namespace

std::optional<core::Repository> find_repository(View& view, const core::RepositoryId& id) {
  auto repository = connection_of(view).find(kFind, read_repository, id);
  if (repository) load_variables(view, *repository);
  return repository;
}

std::vector<core::Repository> list_repositories(View& view) {
  auto repositories = connection_of(view).list(kList, read_repository);
  for (auto& repository : repositories) load_variables(view, repository);
  return repositories;
}

std::vector<core::RepositoryId> list_repository_ids(View& view) {
  return connection_of(view).list(kListIds, read_one<core::RepositoryId>);
}

std::optional<core::Time> last_good_backup(View& view, const core::RepositoryId& repository) {
  return connection_of(view)
      .find(kLastGoodBackup, read_one<std::optional<core::Time>>, repository, repository)
      .value_or(std::nullopt);
}

std::map<core::HostId, core::Time> last_good_by_host(View& view, const core::RepositoryId& repository) {
  const auto rows = connection_of(view).list(kLastGoodByHost, read_host_time, repository);
  return {rows.begin(), rows.end()};
}

std::vector<std::string> twins_of_repository(View& view, const core::Repository& repository) {
  return connection_of(view).list(kTwins, read_text, repository.url, repository.id);
}

std::vector<core::Repository> repositories_of(View& view, const core::HostId& host) {
  return connection_of(view).list(kListOfHost, read_repository, host);
}

bool add_repository(Transaction& transaction, const core::Repository& repository) {
  const bool added = connection_of(transaction)
                         .run(kAdd, repository.id, repository.customer, repository.name, repository.url,
                              Blob{repository.sealed_password}, repository.server_user,
                              Blob{repository.sealed_server_password}, repository.created_at, repository.existing) == 1;
  if (added) save_variables(transaction, repository);
  return added;
}

bool update_repository(Transaction& transaction, const core::Repository& repository) {
  const bool updated =
      connection_of(transaction)
          .run(kUpdate, repository.name, repository.url, Blob{repository.sealed_password}, repository.server_user,
               Blob{repository.sealed_server_password}, repository.existing, repository.id, repository.name) == 1;
  if (updated) save_variables(transaction, repository);
  return updated;
}

bool remove_repository(Transaction& transaction, const core::RepositoryId& id) {
  return connection_of(transaction).run(kRemove, id) == 1;
}

void link_repository(Transaction& transaction, const core::HostId& host, const core::RepositoryId& repository,
                     core::Time at) {
  connection_of(transaction).run(kLink, host, repository, at);
}

void unlink_repository(Transaction& transaction, const core::HostId& host, const core::RepositoryId& repository) {
  connection_of(transaction).run(kUnlink, host, repository);
}

}  // namespace holdfast::store
