#include "store/hosts/fleet_list.hpp"

#include "hosts/fleet_query.hpp"
#include "hosts/fleet_rows.hpp"
#include "sqlite/sqlite.hpp"

namespace holdfast::store {
namespace {

// Where a row of a page is.
struct Place {
  std::int64_t key = 0;  // of its host inside the database
  std::vector<Value> position;
};

Place read_place(Statement& row, std::size_t keys) {
  Place place;
  row.read(place.key);
  for (std::size_t i = 0; i < keys; ++i) place.position.push_back(row.value(static_cast<int>(i) + 1));
  return place;
}

std::size_t count_keys(const core::FleetQuery& query) {
  return sort_keys(query.sort, query.reversed).expressions.size();
}

core::Result<std::vector<Place>> find_places(View& view, const core::FleetQuery& query, core::Time now) {
  const std::size_t keys = count_keys(query);
  std::optional<std::vector<Value>> position;
  if (!query.after.empty()) {
    auto cursor = read_cursor(query, keys);
    if (!cursor) return std::unexpected(cursor.error());
    position = std::move(*cursor);
  }
  if (query.among && query.among->empty()) return std::vector<Place>();
  const SqlText sql = page_statement(query, position, now);
  const auto read = [&](Statement& row) { return read_place(row, keys); };
  return connection_of(view).list_once(sql.text(), sql.values(), read);
}

}  // namespace

core::Result<std::vector<core::FleetRow>> list_fleet(View& view, const core::FleetQuery& query, core::Time now) {
  const auto places = find_places(view, query, now);
  if (!places) return std::unexpected(places.error());
  std::vector<Value> keys;
  for (const Place& place : *places) keys.emplace_back(place.key);
  std::vector<core::FleetRow> rows;
  for (PlacedRow& placed : read_rows(view, "h.id", keys, now)) {
    placed.row.cursor = make_cursor(query, (*places)[placed.place].position);
    rows.push_back(std::move(placed.row));
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
  const auto places = find_places(view, query, now);
  return places && !places->empty() ? make_cursor(query, places->front().position) : std::string();
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
  std::vector<Value> uids;
  for (const core::HostId& id : hosts) uids.emplace_back(id.text());
  std::vector<core::FleetRow> rows;
  for (PlacedRow& placed : read_rows(view, "h.uid", uids, now)) rows.push_back(std::move(placed.row));
  return rows;
}

}  // namespace holdfast::store
