#include "jobs/protection.hpp"
#include "sqlite/codec.hpp"
#include "sqlite/sqlite.hpp"
#include "store/hosts/hosts.hpp"

namespace holdfast::store {
namespace {

constexpr std::string_view kFind =
    "SELECT g.uid, h.uid, g.name, g.sources, g.created_at, g.backup_age FROM source_groups AS g JOIN hosts AS h ON "
    "h.id = g.host "
    "WHERE g.uid = ?";
constexpr std::string_view kList =
    "SELECT g.uid, h.uid, g.name, g.sources, g.created_at, g.backup_age FROM source_groups AS g JOIN hosts AS h ON "
    "h.id = g.host "
    "WHERE h.uid = ? ORDER BY g.uid";
constexpr std::string_view kLastGood =
    "SELECT g.uid, max(b.at) FROM source_groups AS g JOIN good_backups AS b ON b.source_group = g.id "
    "WHERE g.host = (SELECT id FROM hosts WHERE uid = ?) GROUP BY g.id";
constexpr std::string_view kAdd =
    "INSERT INTO source_groups (uid, host, name, sources, created_at, backup_age) "
    "VALUES (?, (SELECT id FROM hosts WHERE uid = ?), ?, ?, ?, ?)";
constexpr std::string_view kUpdate = "UPDATE source_groups SET name = ?, sources = ?, backup_age = ? WHERE uid = ?";
constexpr std::string_view kRemove = "DELETE FROM source_groups WHERE uid = ?";

core::SourceGroup read_group(Statement& row) {
  core::SourceGroup group;
  std::string sources;
  std::optional<std::int64_t> backup_age;
  row.read(group.id, group.host, group.name, sources, group.created_at, backup_age);
  group.sources = sources_from_json(sources);
  if (backup_age) group.backup_age = std::chrono::seconds(*backup_age);
  return group;
}

std::optional<std::int64_t> stored_age(const core::SourceGroup& group) {
  return group.backup_age ? std::optional<std::int64_t>(group.backup_age->count()) : std::nullopt;
}

}  // namespace

std::vector<core::SourceGroup> list_source_groups(View& view, const core::HostId& host) {
  return connection_of(view).list(kList, read_group, host);
}

std::map<core::SourceGroupId, core::Time> last_good_backups(View& view, const core::HostId& host) {
  const auto read = [](Statement& row) {
    std::pair<core::SourceGroupId, core::Time> last;
    row.read(last.first, last.second);
    return last;
  };
  const auto rows = connection_of(view).list(kLastGood, read, host);
  return {rows.begin(), rows.end()};
}

std::optional<core::SourceGroup> find_source_group(View& view, const core::SourceGroupId& id) {
  return connection_of(view).find(kFind, read_group, id);
}

void add_source_group(Transaction& transaction, const core::SourceGroup& group) {
  connection_of(transaction)
      .run(kAdd, group.id, group.host, group.name, to_json(group.sources), group.created_at, stored_age(group));
}

bool update_source_group(Transaction& transaction, const core::SourceGroup& group) {
  const auto before = find_source_group(transaction, group.id);
  if (!before || before->sources != group.sources) forget_good_files(connection_of(transaction), group.id);
  return connection_of(transaction).run(kUpdate, group.name, to_json(group.sources), stored_age(group), group.id) == 1;
}

bool remove_source_group(Transaction& transaction, const core::SourceGroupId& id) {
  return connection_of(transaction).run(kRemove, id) == 1;
}

}  // namespace holdfast::store
