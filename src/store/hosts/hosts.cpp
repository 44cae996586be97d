#include "store/hosts/hosts.hpp"

#include <fmt/format.h>

#include <string>

#include "hosts/host_rows.hpp"
#include "reports/report_rows.hpp"
#include "sqlite/dialect.hpp"
#include "sqlite/sqlite.hpp"
#include "store/accounts/customers.hpp"

namespace holdfast::store {
namespace {

const std::string kSelect =
    fmt::format("SELECT {}, h.id FROM hosts AS h JOIN customers AS c ON c.id = h.customer ", kHostColumns);
const std::string kFind = kSelect + "WHERE h.uid = ?";
const std::string kFindByName =
    kSelect +
    "WHERE h.customer = (SELECT id FROM customers WHERE uid = ?) AND h.name = ? AND h.removed_at IS NULL "
    "ORDER BY h.uid";
const std::string kFindByReportName = kSelect + "WHERE c.uid = ? AND h.report_name = ?";
const std::string kFindReporting = kSelect + "WHERE c.slug = ? AND h.report_name = ?";
const std::string kList = kSelect + "WHERE h.removed_at IS NULL ORDER BY " + ignoring_case("h.name") + ", h.uid";
const std::string kListOfCustomer =
    kSelect +
    "WHERE h.customer = (SELECT id FROM customers WHERE uid = ?) AND h.removed_at IS NULL "
    "ORDER BY " +
    ignoring_case("h.name") + ", h.uid";
const std::string kListOfRepository =
    kSelect +
    "JOIN host_repositories AS l ON l.host = h.id WHERE l.repository = (SELECT id FROM repositories WHERE uid = ?) "
    "ORDER BY " +
    ignoring_case("h.name") + ", h.uid";
constexpr std::string_view kCount = "SELECT count(*) FROM hosts WHERE removed_at IS NULL";
constexpr std::string_view kCountAgents = "SELECT count(*) FROM hosts WHERE enrolled AND removed_at IS NULL";
constexpr std::string_view kKey = "SELECT id FROM hosts WHERE uid = ?";

constexpr std::string_view kAdd =
    "INSERT INTO hosts (uid, customer, name, enrolled, hostname, os, arch, kernel, agent_version, restic_version, "
    "address, created_at, last_seen_at, needs_backup) "
    "VALUES (?, (SELECT id FROM customers WHERE uid = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
// Lists sort by a copy of the name.
constexpr std::string_view kAddState = "INSERT INTO host_state (host, name) SELECT id, name FROM hosts WHERE uid = ?";
constexpr std::string_view kRename = "UPDATE hosts SET name = ? WHERE uid = ?";
constexpr std::string_view kRenameState =
    "UPDATE host_state SET name = ? WHERE host = (SELECT id FROM hosts WHERE uid = ?)";
constexpr std::string_view kSetFacts =
    "UPDATE hosts SET hostname = ?, os = ?, arch = ?, kernel = ?, agent_version = ?, restic_version = ?, "
    "address = ? WHERE uid = ?";
constexpr std::string_view kSetSeen = "UPDATE hosts SET last_seen_at = ? WHERE uid = ?";
constexpr std::string_view kRemove = "DELETE FROM hosts WHERE uid = ?";
// Nobody knows it by this uid, which nothing else can have.
constexpr std::string_view kRetire =
    "UPDATE hosts SET uid = uid || '!', customer = (SELECT id FROM customers WHERE slug = 'default'), "
    "enrolled = false, report_name = NULL, removed_at = ? WHERE id = ?";
constexpr std::string_view kFindRetired =
    "SELECT uid FROM hosts WHERE removed_at IS NOT NULL ORDER BY removed_at LIMIT 1";
constexpr std::string_view kEndJobs =
    "UPDATE jobs SET state = 'cancelled', finished_at = ? WHERE host = ? AND state IN ('queued', 'running')";
// What is small, and shows the host or lets its agent in.
constexpr std::string_view kForget[] = {
    "DELETE FROM host_state WHERE host = ?",        "DELETE FROM host_credentials WHERE host = ?",
    "DELETE FROM enrolment_tokens WHERE host = ?",  "DELETE FROM announcements WHERE host = ?",
    "DELETE FROM host_repositories WHERE host = ?", "DELETE FROM host_tags WHERE host = ?",
    "DELETE FROM open_hours WHERE host = ?",        "DELETE FROM limits WHERE host = ?",
};

}  // namespace

core::Host read_host(Statement& row) {
  core::Host host;
  core::HostFacts& facts = host.facts;
  row.read(host.id, host.customer, host.name, host.enrolled, facts.hostname, facts.os, facts.arch, facts.kernel,
           facts.agent_version, facts.restic_version, facts.address, host.created_at, host.last_seen_at,
           host.needs_backup);
  return host;
}

std::int64_t find_key(View& view, const core::HostId& host) {
  if (view.last_key_ == 0 || host != view.last_host_) view.note_key(host, connection_of(view).number(kKey, host));
  return view.last_key_;
}

std::int64_t key_of(View& view, const core::HostId& host) {
  const std::int64_t key = find_key(view, host);
  if (key == 0) throw core::DatabaseError("There is no such host in the database.");
  return key;
}

std::optional<core::Host> find_host(View& view, const core::HostId& id) {
  return connection_of(view).find(kFind, read_host, id);
}

std::vector<core::Host> find_hosts_by_name(View& view, const core::CustomerId& customer, std::string_view name) {
  return connection_of(view).list(kFindByName, read_host, customer, name);
}

std::optional<core::Host> find_host_by_report_name(View& view, const core::CustomerId& customer,
                                                   std::string_view name) {
  return connection_of(view).find(kFindByReportName, read_host, customer, name);
}

std::optional<core::Host> find_reporting_host(View& view, std::string_view customer_slug, std::string_view name) {
  std::int64_t key = 0;
  const auto read = [&](Statement& row) {
    core::Host found = read_host(row);
    row.read(key);
    return found;
  };
  auto host = connection_of(view).find(kFindReporting, read, customer_slug, name);
  if (host) view.note_key(host->id, key);
  return host;
}

std::vector<core::Host> list_hosts(View& view) {
  return connection_of(view).list(kList, read_host);
}

std::vector<core::Host> hosts_of(View& view, const core::RepositoryId& repository) {
  return connection_of(view).list(kListOfRepository, read_host, repository);
}

std::vector<core::Host> hosts_of_customer(View& view, const core::CustomerId& id) {
  return connection_of(view).list(kListOfCustomer, read_host, id);
}

std::size_t count_hosts(View& view) {
  return static_cast<std::size_t>(connection_of(view).number(kCount));
}

std::size_t count_agents(View& view) {
  return static_cast<std::size_t>(connection_of(view).number(kCountAgents));
}

void add_host(Transaction& transaction, const core::Host& host) {
  const core::HostFacts& facts = host.facts;
  connection_of(transaction)
      .run(kAdd, host.id, host.customer, host.name, host.enrolled, facts.hostname, facts.os, facts.arch, facts.kernel,
           facts.agent_version, facts.restic_version, facts.address, host.created_at, host.last_seen_at,
           host.needs_backup);
  connection_of(transaction).run(kAddState, host.id);
}

bool rename_host(Transaction& transaction, const core::HostId& id, std::string_view name) {
  connection_of(transaction).run(kRenameState, name, id);
  return connection_of(transaction).run(kRename, name, id) == 1;
}

void set_host_facts(Transaction& transaction, const core::HostId& id, const core::HostFacts& facts) {
  connection_of(transaction)
      .run(kSetFacts, facts.hostname, facts.os, facts.arch, facts.kernel, facts.agent_version, facts.restic_version,
           facts.address, id);
}

void set_host_seen(Transaction& transaction, const core::HostId& id, core::Time at) {
  connection_of(transaction).run(kSetSeen, at, id);
}

bool retire_host(Transaction& transaction, const core::HostId& id, core::Time at) {
  Connection& connection = connection_of(transaction);
  const std::int64_t key = connection.number(kKey, id);
  if (key == 0) return false;
  connection.run(kEndJobs, at, key);
  for (const std::string_view forget : kForget) connection.run(forget, key);
  connection.run(kRetire, at, key);
  return true;
}

std::optional<core::HostId> find_retired_host(View& view) {
  return connection_of(view).find(kFindRetired, read_one<core::HostId>);
}

// What belongs to the host goes with it by ON DELETE CASCADE.
bool remove_host(Transaction& transaction, const core::HostId& id) {
  return connection_of(transaction).run(kRemove, id) == 1;
}

}  // namespace holdfast::store
