#include "store/hosts/fleet_list.hpp"

#include "hosts/fleet_query.hpp"
#include "hosts/fleet_rows.hpp"
#include "sqlite/sqlite.hpp"

namespace holdfast::store {
namespace {

std::size_t count_keys(const core::FleetQuery& query) {
  return sort_keys(query.sort, query.reversed).expressions.size();
}

// Nothing: an empty page, as is known beforehand.
core::Result<std::optional<PageOfHosts>> page_of(const core::FleetQuery& query, core::Time now) {
  const SortKeys keys = sort_keys(query.sort, query.reversed);
  std::optional<std::vector<Value>> position;
  if (!query.after.empty()) {
    auto cursor = read_cursor(query, keys.expressions.size());
    if (!cursor) return std::unexpected(cursor.error());
    position = std::move(*cursor);
  }
  if (query.among && query.among->empty()) return std::nullopt;
  return PageOfHosts{page_statement(query, position, now), "h.id", keys.expressions.size(), keys.descending};
}

}  // namespace

core::Result<std::vector<core::FleetRow>> list_fleet(View& view, const core::FleetQuery& query, core::Time now) {
  const auto page = page_of(query, now);
  if (!page) return std::unexpected(page.error());
  std::vector<core::FleetRow> rows;
  if (!*page) return rows;
  for (SortedRow& sorted : read_rows(view, **page, now)) {
    sorted.row.cursor = make_cursor(query, sorted.position);
    rows.push_back(std::move(sorted.row));
  }
  return rows;
}

core::Result<std::size_t> count_behind(View& view, const core::FleetQuery& query, core::Time now) {
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

std::string cursor_at(View& view, core::FleetQuery query, std::size_t index, core::Time now) {
  query.after.clear();
  query.skip = index;
  query.limit = 1;
  const auto page = page_of(query, now);
  if (!page || !*page) return {};
  const auto read = [keys = (*page)->keys](Statement& row) {
    std::int64_t key = 0;
    std::vector<Value> position(keys);
    row.read(key);
    for (Value& value : position) row.read(value);
    return position;
  };
  const SqlText& sql = (*page)->hosts;
  const auto positions = connection_of(view).list_once(sql.text(), sql.values(), read);
  return positions.empty() ? std::string() : make_cursor(query, positions.front());
}

std::vector<core::HostId> list_fleet_ids(View& view, const core::FleetQuery& query, core::Time now) {
  SqlText sql;
  sql += "SELECT h.uid ";
  add_matching(sql, query, now, query.sort == core::FleetSort::Customer ? WithCustomers::Yes : WithCustomers::No,
               Walk::AsStored);
  sql += order_by(sort_keys(query.sort, query.reversed));
  return connection_of(view).list_once(sql.text(), sql.values(), read_one<core::HostId>);
}

std::vector<core::FleetRow> list_fleet_rows(View& view, const std::vector<core::HostId>& hosts, core::Time now) {
  std::vector<core::FleetRow> rows;
  if (hosts.empty()) return rows;
  PageOfHosts page{{}, "h.uid"};
  for (std::int64_t place = 0; place < std::ssize(hosts); ++place) {
    page.hosts += place > 0 ? ", (" : "VALUES (";
    page.hosts += page.hosts.bind(hosts[static_cast<std::size_t>(place)].text()) + ", " + page.hosts.bind(place) + ")";
  }
  for (SortedRow& sorted : read_rows(view, page, now)) rows.push_back(std::move(sorted.row));
  return rows;
}

}  // namespace holdfast::store
