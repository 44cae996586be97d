#include "store/repositories/snapshot_hosts.hpp"

#include "sqlite/sqlite.hpp"

namespace holdfast::store {
namespace {

constexpr std::string_view kFind =
    "SELECT name FROM snapshot_hosts WHERE repository = (SELECT id FROM repositories WHERE uid = ?) AND host_uid = ?";
constexpr std::string_view kList =
    "SELECT r.uid, s.name FROM snapshot_hosts AS s JOIN repositories AS r ON r.id = s.repository WHERE s.host_uid = ?";
// The same folder of different hosts is not the same repository, but nothing is lost by another name.
constexpr std::string_view kCountTaken =
    "SELECT count(*) FROM snapshot_hosts AS s JOIN repositories AS r ON r.id = s.repository "
    "WHERE r.url = (SELECT url FROM repositories WHERE uid = ?) AND s.name = ?";
constexpr std::string_view kAdd =
    "INSERT INTO snapshot_hosts (repository, host_uid, name) "
    "VALUES ((SELECT id FROM repositories WHERE uid = ?), ?, ?)";

std::pair<core::RepositoryId, std::string> read_pair(Statement& row) {
  std::pair<core::RepositoryId, std::string> pair;
  row.read(pair.first, pair.second);
  return pair;
}

}  // namespace

std::optional<std::string> find_snapshot_host(View& view, const core::HostId& host,
                                              const core::RepositoryId& repository) {
  return connection_of(view).find(kFind, read_text, repository, host);
}

std::map<core::RepositoryId, std::string> list_snapshot_hosts(View& view, const core::HostId& host) {
  std::map<core::RepositoryId, std::string> names;
  for (auto& pair : connection_of(view).list(kList, read_pair, host)) names.insert(std::move(pair));
  return names;
}

bool is_snapshot_host_taken(View& view, const core::RepositoryId& repository, std::string_view name) {
  return connection_of(view).number(kCountTaken, repository, name) > 0;
}

void add_snapshot_host(Transaction& transaction, const core::HostId& host, const core::RepositoryId& repository,
                       std::string_view name) {
  connection_of(transaction).run(kAdd, repository, host, name);
}

}  // namespace holdfast::store
