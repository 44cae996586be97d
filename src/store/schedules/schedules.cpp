#include "store/schedules/schedules.hpp"

#include <fmt/format.h>

#include "sqlite/damaged_row.hpp"
#include "sqlite/dialect.hpp"
#include "sqlite/sqlite.hpp"

namespace holdfast::store {
namespace {

const std::string kSelect =
    "SELECT s.uid, c.uid, s.name, s.cron, s.timezone, s.window_minutes, s.missed, s.enabled, s.all_source_groups, "
    "s.all_repositories, s.decided_at, s.created_at FROM schedules AS s JOIN customers AS c ON c.id = s.customer ";
const std::string kList = kSelect + "ORDER BY " + ignoring_case("s.name") + ", s.uid";
const std::string kFind = kSelect + "WHERE s.uid = ?";
// Of a schedule s and a host h.
constexpr std::string_view kApplies =
    "s.customer = h.customer AND h.removed_at IS NULL AND "
    "(EXISTS (SELECT 1 FROM schedule_hosts AS n WHERE n.schedule = s.id AND n.host = h.id) "
    "OR EXISTS (SELECT 1 FROM schedule_tags AS t JOIN host_tags AS o ON o.tag = t.tag "
    "WHERE t.schedule = s.id AND o.host = h.id)) ";
const std::string kListOfHost =
    fmt::format("{}JOIN hosts AS h ON {} WHERE h.uid = ? ORDER BY s.uid", kSelect, kApplies);
const std::string kHosts =
    fmt::format("SELECT h.uid FROM schedules AS s JOIN hosts AS h ON {} WHERE s.uid = ? ORDER BY h.id", kApplies);

constexpr std::string_view kAdd =
    "INSERT INTO schedules (uid, customer, name, cron, timezone, window_minutes, missed, enabled, all_source_groups, "
    "all_repositories, decided_at, created_at) "
    "VALUES (?, (SELECT id FROM customers WHERE uid = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (customer, name) DO NOTHING";
// The new name may be taken.
constexpr std::string_view kUpdate =
    "UPDATE schedules SET name = ?, cron = ?, timezone = ?, window_minutes = ?, missed = ?, enabled = ?, "
    "all_source_groups = ?, all_repositories = ?, decided_at = ? WHERE uid = ? "
    "AND NOT EXISTS (SELECT 1 FROM schedules AS o WHERE o.customer = schedules.customer AND o.name = ? "
    "AND o.id <> schedules.id)";
constexpr std::string_view kRemove = "DELETE FROM schedules WHERE uid = ?";

// What a schedule names: in which table and column, and what that refers to.
struct Named {
  std::string_view table;
  std::string_view column;
  std::string_view refers_to;
  // What of it, as r, counts for the schedule s: a host may have moved to another customer, or be about to be removed.
  std::string_view condition = "true";
};
constexpr Named kNamedHosts{"schedule_hosts", "host", "hosts", "r.customer = s.customer AND r.removed_at IS NULL"};
constexpr Named kNamedGroups{
    "schedule_source_groups", "source_group", "source_groups",
    "EXISTS (SELECT 1 FROM hosts AS h WHERE h.id = r.host AND h.customer = s.customer AND h.removed_at IS NULL)"};
constexpr Named kNamedRepositories{"schedule_repositories", "repository", "repositories"};

constexpr std::string_view kTags =
    "SELECT t.tag FROM schedule_tags AS t JOIN schedules AS s ON s.id = t.schedule WHERE s.uid = ? ORDER BY t.tag";
constexpr std::string_view kRemoveTags =
    "DELETE FROM schedule_tags WHERE schedule = (SELECT id FROM schedules WHERE uid = ?)";
constexpr std::string_view kAddTag =
    "INSERT INTO schedule_tags (schedule, tag) SELECT id, ? FROM schedules WHERE uid = ? "
    "ON CONFLICT (schedule, tag) DO NOTHING";

constexpr std::string_view kFindSet =
    "SELECT version, digest, acknowledged, acknowledged_at FROM schedule_sets "
    "WHERE host = (SELECT id FROM hosts WHERE uid = ?)";
const std::string kNumberSet =
    "INSERT INTO schedule_sets (host, version, digest) SELECT id, ?, ? FROM hosts WHERE uid = ? "
    "ON CONFLICT (host) DO UPDATE SET version = " +
    greater_of("schedule_sets.version + 1", "excluded.version") +
    ", digest = excluded.digest WHERE schedule_sets.digest <> excluded.digest";
constexpr std::string_view kAcknowledge =
    "UPDATE schedule_sets SET acknowledged = ?, acknowledged_at = ? "
    "WHERE host = (SELECT id FROM hosts WHERE uid = ?) AND version >= ?";

template <class Id>
std::vector<Id> list_named(Connection& connection, const Named& named, const core::ScheduleId& schedule) {
  const std::string sql = fmt::format(
      "SELECT r.uid FROM {0} AS n JOIN schedules AS s ON s.id = n.schedule JOIN {2} AS r ON r.id = n.{1} "
      "WHERE s.uid = ? AND {3} ORDER BY r.uid",
      named.table, named.column, named.refers_to, named.condition);
  return connection.list(sql, read_one<Id>, schedule);
}

template <class Id>
void save_named(Connection& connection, const Named& named, const core::ScheduleId& schedule,
                const std::vector<Id>& ids) {
  connection.run(fmt::format("DELETE FROM {} WHERE schedule = (SELECT id FROM schedules WHERE uid = ?)", named.table),
                 schedule);
  const std::string add = fmt::format(
      "INSERT INTO {0} (schedule, {1}) SELECT s.id, r.id FROM schedules AS s, {2} AS r WHERE s.uid = ? AND r.uid = ? "
      "ON CONFLICT (schedule, {1}) DO NOTHING",
      named.table, named.column, named.refers_to);
  for (const Id& id : ids) connection.run(add, schedule, id);
}

core::Schedule read_schedule(Statement& row) {
  core::Schedule schedule;
  std::int64_t window = 0;
  std::string missed;
  row.read(schedule.id, schedule.customer, schedule.name, schedule.cron, schedule.timezone, window, missed,
           schedule.enabled, schedule.all_source_groups, schedule.all_repositories, schedule.decided_at,
           schedule.created_at);
  schedule.window = std::chrono::minutes(window);
  const auto known = core::parse_missed_run(missed);
  if (!known) throw DamagedRow("A stored schedule does with missed runs what this program does not know.");
  schedule.missed = *known;
  return schedule;
}

void load_targets(Connection& connection, core::Schedule& schedule) {
  schedule.source_groups = list_named<core::SourceGroupId>(connection, kNamedGroups, schedule.id);
  schedule.repositories = list_named<core::RepositoryId>(connection, kNamedRepositories, schedule.id);
}

void load_names(Connection& connection, core::Schedule& schedule) {
  load_targets(connection, schedule);
  schedule.applies_to.hosts = list_named<core::HostId>(connection, kNamedHosts, schedule.id);
  schedule.applies_to.tags = connection.list(kTags, read_text, schedule.id);
}

void save_names(Connection& connection, const core::Schedule& schedule) {
  save_named(connection, kNamedGroups, schedule.id, schedule.source_groups);
  save_named(connection, kNamedRepositories, schedule.id, schedule.repositories);
  save_named(connection, kNamedHosts, schedule.id, schedule.applies_to.hosts);
  connection.run(kRemoveTags, schedule.id);
  for (const std::string& tag : schedule.applies_to.tags) connection.run(kAddTag, tag, schedule.id);
}

}  // namespace

std::vector<core::Schedule> list_schedules(View& view) {
  auto schedules = connection_of(view).list(kList, read_schedule);
  for (core::Schedule& schedule : schedules) load_names(connection_of(view), schedule);
  return schedules;
}

std::optional<core::Schedule> find_schedule(View& view, const core::ScheduleId& id) {
  auto schedule = connection_of(view).find(kFind, read_schedule, id);
  if (schedule) load_names(connection_of(view), *schedule);
  return schedule;
}

std::vector<core::Schedule> schedules_of(View& view, const core::HostId& host) {
  auto schedules = connection_of(view).list(kListOfHost, read_schedule, host);
  for (core::Schedule& schedule : schedules) load_targets(connection_of(view), schedule);
  return schedules;
}

std::vector<core::HostId> hosts_of_schedule(View& view, const core::ScheduleId& id) {
  return connection_of(view).list(kHosts, read_one<core::HostId>, id);
}

bool add_schedule(Transaction& transaction, const core::Schedule& schedule) {
  Connection& connection = connection_of(transaction);
  const bool added = connection.run(kAdd, schedule.id, schedule.customer, schedule.name, schedule.cron,
                                    schedule.timezone, schedule.window.count(), core::to_text(schedule.missed),
                                    schedule.enabled, schedule.all_source_groups, schedule.all_repositories,
                                    schedule.decided_at, schedule.created_at) == 1;
  if (added) save_names(connection, schedule);
  return added;
}

bool update_schedule(Transaction& transaction, const core::Schedule& schedule) {
  Connection& connection = connection_of(transaction);
  const bool updated = connection.run(kUpdate, schedule.name, schedule.cron, schedule.timezone, schedule.window.count(),
                                      core::to_text(schedule.missed), schedule.enabled, schedule.all_source_groups,
                                      schedule.all_repositories, schedule.decided_at, schedule.id, schedule.name) == 1;
  if (updated) save_names(connection, schedule);
  return updated;
}

bool remove_schedule(Transaction& transaction, const core::ScheduleId& id) {
  return connection_of(transaction).run(kRemove, id) == 1;
}

std::optional<ScheduleSetState> find_schedule_set(View& view, const core::HostId& host) {
  const auto read = [](Statement& row) {
    ScheduleSetState state;
    row.read(state.version, state.digest, state.acknowledged, state.acknowledged_at);
    return state;
  };
  return connection_of(view).find(kFindSet, read, host);
}

std::uint64_t number_schedule_set(Transaction& transaction, const core::HostId& host, std::string_view digest,
                                  core::Time now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  connection_of(transaction).run(kNumberSet, seconds, Blob{digest}, host);
  return find_schedule_set(transaction, host).value_or(ScheduleSetState()).version;
}

void acknowledge_schedule_set(Transaction& transaction, const core::HostId& host, std::uint64_t version,
                              core::Time at) {
  connection_of(transaction).run(kAcknowledge, version, at, host, version);
}

}  // namespace holdfast::store
