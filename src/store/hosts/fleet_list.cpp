#include "store/hosts/fleet_list.hpp"

#include <algorithm>
#include <limits>

#include "hosts/fleet_query.hpp"
#include "hosts/pauses.hpp"
#include "hosts/ranks.hpp"
#include "sqlite/sqlite.hpp"
#include "store/jobs/jobs.hpp"

namespace holdfast::store {
namespace {

constexpr int kRunsShown = 14;
constexpr std::chrono::hours kHoursShown{24};

constexpr std::string_view kLastSuccess =
    "SELECT job_success_at FROM host_state WHERE host = (SELECT id FROM hosts WHERE uid = ?)";
constexpr std::string_view kRuns =
    "SELECT state FROM jobs WHERE host = (SELECT id FROM hosts WHERE uid = ?) ORDER BY uid DESC LIMIT ?";
// Each is read off the index of unfinished jobs: a sort would cost more than all else of a row.
constexpr std::string_view kCurrentJob =
    "SELECT coalesce((SELECT uid FROM jobs WHERE host = h.id AND state IN ('queued', 'running') "
    "AND state = 'running' ORDER BY uid LIMIT 1), (SELECT uid FROM jobs WHERE host = h.id "
    "AND state IN ('queued', 'running') ORDER BY uid LIMIT 1)) FROM hosts AS h WHERE h.uid = ?";
constexpr std::string_view kRepositories =
    "SELECT r.name FROM host_repositories AS l JOIN repositories AS r ON r.id = l.repository "
    "WHERE l.host = (SELECT id FROM hosts WHERE uid = ?) ORDER BY l.linked_at, l.id";

// Where a row of a page is.
struct Place {
  core::HostId host;
  std::vector<Value> position;
};

core::JobState read_state(Statement& row) {
  const std::optional<core::JobState> state = core::parse_job_state(read_text(row));
  if (!state) throw DamagedRow("A stored job is in a state that this program does not know.");
  return *state;
}

std::vector<core::JobState> last_runs(Connection& connection, const core::HostId& host) {
  std::vector<core::JobState> runs = connection.list(kRuns, read_state, host, kRunsShown);
  std::ranges::reverse(runs);
  return runs;
}

std::vector<double> last_hours_of_cpu(View& view, const core::HostId& host, core::Time now) {
  const core::Time end = std::chrono::floor<std::chrono::hours>(now) + std::chrono::hours(1);
  const core::Time begin = end - kHoursShown;
  std::vector<double> cpu(static_cast<std::size_t>(kHoursShown.count()), std::numeric_limits<double>::quiet_NaN());
  for (const RollUp& hour : list_roll_ups(view, RollUpSpan::Hour, host, begin, end, RollUpParts::Totals)) {
    const auto place = static_cast<std::size_t>((hour.start - begin) / std::chrono::hours(1));
    if (hour.cpu_mean) cpu[place] = *hour.cpu_mean;
  }
  return cpu;
}

// All but the customer.
std::optional<FleetRow> find_row(View& view, const core::HostId& id, core::Time now) {
  std::optional<Host> host = find_host(view, id);
  if (!host) return std::nullopt;
  Connection& connection = connection_of(view);
  FleetRow row;
  row.host = std::move(*host);
  row.status = find_status(view, id).value_or(StoredStatus{});
  row.pause = in_effect(host_pause(view, id), now);
  row.tags = host_tags(view, id);
  row.report = find_report_state(view, id);
  row.runs = last_runs(connection, id);
  if (row.runs.empty()) row.runs = reported_runs(view, id);
  row.last_success_at = connection.find(kLastSuccess, read_one<std::optional<core::Time>>, id).value_or(std::nullopt);
  row.current_job = connection.find(kCurrentJob, read_one<std::optional<core::JobId>>, id).value_or(std::nullopt);
  row.repositories = connection.list(kRepositories, read_text, id);
  row.cpu = last_hours_of_cpu(view, id, now);
  return row;
}

// The customers of a page are few.
class CustomersOfRows {
 public:
  CustomersOfRows(View& view, core::Time now) : view_(view), now_(now) {}

  void add_to(FleetRow& row) {
    const Entry& entry = find(row.host.customer);
    row.customer_slug = entry.customer.slug;
    row.customer_name = entry.customer.name;
    if (!row.pause) row.pause = entry.pause;
  }

 private:
  struct Entry {
    Customer customer;
    std::optional<Pause> pause;
  };

  const Entry& find(const core::CustomerId& id) {
    const auto known = entries_.find(id);
    if (known != entries_.end()) return known->second;
    return entries_[id] = {find_customer(view_, id).value_or(Customer{}), in_effect(customer_pause(view_, id), now_)};
  }

  View& view_;
  core::Time now_;
  std::map<core::CustomerId, Entry> entries_;
};

Place read_place(Statement& row, std::size_t keys) {
  Place place;
  row.read(place.host);
  for (std::size_t i = 0; i < keys; ++i) place.position.push_back(row.value(static_cast<int>(i) + 1));
  return place;
}

std::size_t count_keys(const FleetQuery& query) {
  return sort_keys(query.sort, query.reversed).expressions.size();
}

core::Result<std::vector<Place>> find_places(View& view, const FleetQuery& query, core::Time now) {
  const std::size_t keys = count_keys(query);
  std::optional<std::vector<Value>> position;
  if (!query.after.empty()) {
    auto cursor = read_cursor(query, keys);
    if (!cursor) return std::unexpected(cursor.error());
    position = std::move(*cursor);
  }
  const SqlText sql = page_statement(query, position, now);
  const auto read = [&](Statement& row) { return read_place(row, keys); };
  return connection_of(view).list_once(sql.text(), sql.values(), read);
}

}  // namespace

core::Result<std::vector<FleetRow>> list_fleet(View& view, const FleetQuery& query, core::Time now) {
  const auto places = find_places(view, query, now);
  if (!places) return std::unexpected(places.error());
  CustomersOfRows customers(view, now);
  std::vector<FleetRow> rows;
  for (const Place& place : *places) {
    std::optional<FleetRow> row = find_row(view, place.host, now);
    if (!row) continue;
    customers.add_to(*row);
    row->cursor = make_cursor(query, place.position);
    rows.push_back(std::move(*row));
  }
  return rows;
}

core::Result<std::size_t> count_behind(View& view, const FleetQuery& query, core::Time now) {
  const auto cursor = read_cursor(query, count_keys(query));
  if (!cursor) return std::unexpected(cursor.error());
  const SqlText sql = count_behind_statement(query, *cursor, now);
  const auto read = [](Statement& row) {
    std::size_t count = 0;
    row.read(count);
    return count;
  };
  return connection_of(view).list_once(sql.text(), sql.values(), read).front();
}

std::string cursor_at(View& view, FleetQuery query, std::size_t index, core::Time now) {
  query.after.clear();
  query.skip = index;
  query.limit = 1;
  const auto places = find_places(view, query, now);
  return places && !places->empty() ? make_cursor(query, places->front().position) : std::string();
}

std::vector<core::HostId> list_fleet_ids(View& view, const FleetQuery& query, core::Time now) {
  SqlText sql;
  sql += "SELECT h.uid ";
  add_matching(sql, query, now, query.sort == FleetSort::Customer ? WithCustomers::Yes : WithCustomers::No);
  sql += order_by(sort_keys(query.sort, query.reversed));
  return connection_of(view).list_once(sql.text(), sql.values(), read_one<core::HostId>);
}

std::vector<FleetRow> list_fleet_rows(View& view, const std::vector<core::HostId>& hosts, core::Time now) {
  CustomersOfRows customers(view, now);
  std::vector<FleetRow> rows;
  for (const core::HostId& id : hosts) {
    std::optional<FleetRow> row = find_row(view, id, now);
    if (!row) continue;
    customers.add_to(*row);
    rows.push_back(std::move(*row));
  }
  return rows;
}

}  // namespace holdfast::store
