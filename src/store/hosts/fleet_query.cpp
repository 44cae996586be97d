#include "hosts/fleet_query.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "runtime/secrets/crypto.hpp"
#include "text/number.hpp"

// A page continues behind the sort keys of the last row before it and does not count rows: the thousandth costs what
// the first does, and what comes or goes meanwhile shifts nothing. All keys are compared as one row, in one
// direction; hence a figure is negated rather than sorted the other way, and that it is missing is a key of its own.
namespace holdfast::store {
namespace {

namespace json = boost::json;

std::string_view name_of(core::FleetSort sort) {
  switch (sort) {
    case core::FleetSort::Worst:
      return "worst";
    case core::FleetSort::Name:
      return "name";
    case core::FleetSort::Backup:
      return "backup";
    case core::FleetSort::Cpu:
      return "cpu";
    case core::FleetSort::Memory:
      return "memory";
    case core::FleetSort::Disk:
      return "disk";
    case core::FleetSort::Seen:
      return "seen";
    case core::FleetSort::Customer:
      return "customer";
  }
  std::unreachable();
}

WithCustomers customers_for(core::FleetSort sort) {
  return sort == core::FleetSort::Customer ? WithCustomers::Yes : WithCustomers::No;
}

// Whether host_state alone has all that is asked.
bool is_plain(const core::FleetQuery& query) {
  return query.filter.terms.empty() && !query.customer && !query.among && query.sort != core::FleetSort::Seen;
}

// Highest first, or lowest when reversed; those without a value last.
SortKeys by_figure(const std::string& column, bool reversed) {
  const std::string value = reversed ? column : "-" + column;
  return {{column + " IS NULL", "coalesce(" + value + ", 0)", "s.name", "s.host"}, false};
}

std::string name_in_cursor(const core::FleetQuery& query) {
  return (query.reversed ? "-" : "") + std::string(name_of(query.sort));
}

std::string to_cursor(std::int64_t number) {
  return "i" + std::to_string(number);
}
// Its bits: reading a decimal number may give the neighbour, and a row twice.
std::string to_cursor(double number) {
  return "d" + std::to_string(std::bit_cast<std::int64_t>(number));
}
std::string to_cursor(const std::string& text) {
  return "t" + text;
}

std::optional<Value> from_cursor(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const char kind = text.front();
  text.remove_prefix(1);
  if (kind == 't') return Value(std::string(text));
  const auto number = text::parse_number<std::int64_t>(text);
  if (!number) return std::nullopt;
  if (kind == 'd') return Value(std::bit_cast<double>(*number));
  return kind == 'i' ? std::optional(Value(*number)) : std::nullopt;
}

// The array that make_cursor wrote, if it is one of this sort.
std::optional<json::array> parse_cursor(const core::FleetQuery& query, std::size_t size) {
  const std::optional<std::string> text = runtime::from_base64url(query.after);
  if (!text) return std::nullopt;
  json::error_code error;
  const json::value value = json::parse(*text, error);
  if (error || !value.is_array() || value.as_array().size() != size) return std::nullopt;
  const json::string* name = value.as_array()[0].if_string();
  if (name == nullptr || std::string_view(name->data(), name->size()) != name_in_cursor(query)) return std::nullopt;
  return value.as_array();
}

// " AND …" for the rows behind the one with these keys.
void add_after(SqlText& sql, const SortKeys& keys, const std::vector<Value>& position) {
  std::string columns;
  std::string bound;
  for (std::size_t i = 0; i < keys.expressions.size(); ++i) {
    columns += (i > 0 ? ", " : "") + keys.expressions[i];
    bound += (i > 0 ? ", " : "") + sql.bind(position[i]);
  }
  sql += " AND (" + columns + (keys.descending ? ") < (" : ") > (") + bound + ")";
}

void add_among(SqlText& sql, const std::vector<core::HostId>& hosts) {
  sql += " AND h.uid IN (";
  for (std::size_t i = 0; i < hosts.size(); ++i) sql += (i > 0 ? ", " : "") + sql.bind(hosts[i].text());
  sql += ")";
}

void add_sorted(SqlText& sql, const core::FleetQuery& query, core::Time now, Walk walk) {
  const WithCustomers customers = customers_for(query.sort);
  if (is_plain(query) && customers == WithCustomers::No)
    sql += "FROM host_state AS s WHERE true";
  else
    add_matching(sql, query, now, customers, walk);
}

}  // namespace

SortKeys sort_keys(core::FleetSort sort, bool reversed) {
  switch (sort) {
    case core::FleetSort::Worst:
      return {{"s.rank", "s.protected_at", "s.name", "s.host"}, reversed};
    case core::FleetSort::Name:
      return {{"s.name", "s.host"}, reversed};
    case core::FleetSort::Backup:
      return {{"s.protected_at", "s.name", "s.host"}, reversed};
    case core::FleetSort::Cpu:
      return by_figure("s.cpu", reversed);
    case core::FleetSort::Memory:
      return by_figure("s.memory", reversed);
    case core::FleetSort::Disk:
      return by_figure("s.disk", reversed);
    case core::FleetSort::Seen:
      return {{seen_at(), "s.name", "s.host"}, reversed};
    case core::FleetSort::Customer:
      return {{ignoring_case("c.name"), "c.slug", "s.rank", "s.protected_at", "s.name", "s.host"}, reversed};
  }
  std::unreachable();
}

std::string order_by(const SortKeys& keys) {
  std::string text;
  for (const std::string& expression : keys.expressions) {
    text += (text.empty() ? " ORDER BY " : ", ") + expression + (keys.descending ? " DESC" : "");
  }
  return text;
}

// The tables are joined in the order in which they stand: that of the index by which the list is sorted, or few hosts
// that are known, as those of a customer, or all hosts as they lie. For the last the condition, which always holds,
// keeps the planner from an index that has all that is asked of hosts, in an order of its own.
void add_matching(SqlText& sql, const core::FleetQuery& query, core::Time now, WithCustomers customers, Walk walk) {
  const bool are_few = query.customer || query.among;
  const bool as_stored = walk == Walk::AsStored && !are_few;
  sql += are_few || as_stored ? fmt::format("FROM hosts AS h {} host_state AS s ON s.host = h.id ", kJoinInOrder)
                              : fmt::format("FROM host_state AS s {} hosts AS h ON h.id = s.host ", kJoinInOrder);
  if (customers == WithCustomers::Yes) sql += fmt::format("{} customers AS c ON c.id = h.customer ", kJoinInOrder);
  sql += as_stored ? "WHERE h.removed_at IS NULL" : "WHERE true";
  if (query.among) return add_among(sql, *query.among);
  if (query.customer)
    sql += " AND h.customer = (SELECT id FROM customers WHERE uid = " + sql.bind(query.customer->text()) + ")";
  const auto& terms = query.filter.terms;
  for (auto term = terms.begin(); term != terms.end(); ++term) {
    const bool is_said_already = std::find(terms.begin(), term, *term) != term;
    if (!is_said_already) sql += " AND " + condition_of(sql, *term, now);
  }
}

SqlText page_statement(const core::FleetQuery& query, const std::optional<std::vector<Value>>& position,
                       core::Time now) {
  const SortKeys keys = sort_keys(query.sort, query.reversed);
  SqlText sql;
  sql += "SELECT s.host";
  for (const std::string& expression : keys.expressions) sql += ", " + expression;
  sql += " ";
  add_sorted(sql, query, now, Walk::Sorted);
  if (position) add_after(sql, keys, *position);
  sql += order_by(keys) + " LIMIT " + sql.bind(static_cast<std::int64_t>(query.limit));
  if (query.skip > 0) sql += " OFFSET " + sql.bind(static_cast<std::int64_t>(query.skip));
  return sql;
}

SqlText count_behind_statement(const core::FleetQuery& query, const std::vector<Value>& position, core::Time now) {
  SqlText sql;
  sql += "SELECT count(*) ";
  add_sorted(sql, query, now, Walk::AsStored);
  add_after(sql, sort_keys(query.sort, query.reversed), position);
  return sql;
}

std::string make_cursor(const core::FleetQuery& query, const std::vector<Value>& position) {
  const std::string name = name_in_cursor(query);
  json::array cursor{json::string_view(name.data(), name.size())};
  for (const Value& value : position) {
    const std::string text = std::visit([](const auto& held) { return to_cursor(held); }, value);
    cursor.emplace_back(json::string_view(text.data(), text.size()));
  }
  return runtime::to_base64url(json::serialize(cursor));
}

core::Result<std::vector<Value>> read_cursor(const core::FleetQuery& query, std::size_t keys) {
  const auto fault = core::fail(core::ErrorKind::Invalid, "invalid_cursor",
                                "This is not where a page of this list begins; start at the first one.");
  const std::optional<json::array> cursor = parse_cursor(query, keys + 1);
  if (!cursor) return fault;
  std::vector<Value> position;
  for (std::size_t i = 1; i <= keys; ++i) {
    const json::string* text = (*cursor)[i].if_string();
    std::optional<Value> value = text == nullptr ? std::nullopt : from_cursor({text->data(), text->size()});
    if (!value) return fault;
    position.push_back(std::move(*value));
  }
  return position;
}

}  // namespace holdfast::store
