#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "hosts/fleet_query.hpp"
#include "hosts/pauses.hpp"
#include "hosts/ranks.hpp"
#include "sqlite/sqlite.hpp"
#include "status/status_columns.hpp"
#include "store/hosts/fleet_list.hpp"
#include "text/ascii.hpp"

// The fleet in numbers: counts by state, the cells of the grid, customers with theirs.
namespace holdfast::store {
namespace {

constexpr std::string_view kCustomerColumns =
    "SELECT uid, slug, name, created_at, paused_since, paused_until, pause_reason, paused_by ";
// Of its worst host, or paused. NULL: it has none.
constexpr std::string_view kCustomerRank =
    "CASE WHEN paused_since IS NOT NULL AND (paused_until IS NULL OR paused_until > ?) THEN ? ELSE (SELECT "
    "min(s.rank) FROM hosts AS h JOIN host_state AS s ON s.host = h.id WHERE h.customer = c.id) END";
const std::string kCounts = fmt::format(
    "SELECT s.rank, count(*) FROM hosts AS h {} host_state AS s ON s.host = h.id "
    "WHERE h.customer = (SELECT id FROM customers WHERE uid = ?) GROUP BY s.rank",
    kJoinInOrder);
// One pass, where grouping would go by the index of ranks and to another page for each host.
constexpr std::string_view kCountByRank =
    "SELECT count(*) FILTER (WHERE s.rank = 0), count(*) FILTER (WHERE s.rank = 1), "
    "count(*) FILTER (WHERE s.rank = 2), count(*) FILTER (WHERE s.rank = 3), count(*) FILTER (WHERE s.rank = 4) ";
constexpr std::string_view kCountAll = "SELECT rank, count(*) FROM host_state GROUP BY rank";
const std::string kNewestReporter = fmt::format(
    "SELECT h.uid FROM hosts AS h {} host_state AS s ON s.host = h.id "
    "WHERE h.customer = (SELECT id FROM customers WHERE uid = ?) AND s.reported_at IS NOT NULL "
    "ORDER BY s.reported_at DESC, h.id LIMIT 1",
    kJoinInOrder);
constexpr std::string_view kCountKeys =
    "SELECT count(*) FROM customer_keys WHERE customer = (SELECT id FROM customers WHERE uid = ?) "
    "AND (expires_at IS NULL OR expires_at > ?)";

struct RankCount {
  int rank = 0;
  std::size_t count = 0;
};

RankCount read_count(Statement& row) {
  RankCount count;
  row.read(count.rank, count.count);
  return count;
}

core::FleetCounts counts_of(const std::vector<RankCount>& ranks) {
  core::FleetCounts counts;
  for (const auto& [rank, count] : ranks) counts.of(state_of_rank(rank)) = count;
  return counts;
}

core::FleetCounts read_counts(Statement& row) {
  core::FleetCounts counts;
  row.read(counts.down, counts.warning, counts.paused, counts.waiting, counts.ok);
  return counts;
}

core::FleetCell read_cell(Statement& row) {
  core::FleetCell cell;
  int rank = 0;
  LimitColumns limits;
  std::string findings;
  row.read(cell.host, cell.name, rank, findings, cell.customer_slug, cell.customer_name, cell.backup_at,
           cell.disk_percent, cell.needs_backup, limits.backup_age, limits.silence_warning, limits.disk_warning,
           limits.disk_down);
  cell.state = state_of_rank(rank);
  cell.findings = findings_from_json(findings);
  cell.limits = limits.judged_by();
  return cell;
}

core::CustomerRow read_customer_row(Statement& row) {
  core::CustomerRow read;
  core::Customer& customer = read.customer;
  std::optional<core::Time> since;
  core::Pause pause;
  row.read(customer.id, customer.slug, customer.name, customer.created_at, since, pause.until, pause.reason, pause.by);
  if (since) {
    pause.since = *since;
    read.pause = pause;
  }
  return read;
}

constexpr int kPaused = rank_of(core::HostState::Paused);
constexpr int kWaiting = rank_of(core::HostState::Waiting);

// "down:acme", as after_worst_first() makes it; anything else comes before all customers.
struct WorstFirstPlace {
  explicit WorstFirstPlace(std::string_view after) {
    const auto colon = std::min(after.find(':'), after.size());
    const auto state = core::parse_host_state(after.substr(0, colon));
    if (state) rank = rank_of(*state);
    slug = after.substr(std::min(colon + 1, after.size()));
  }
  int rank = -1;
  std::string_view slug;
};

std::int64_t number_of(core::Time time) {
  return time.time_since_epoch().count();
}

// "FROM … WHERE …" for those behind `after`: by slug, or by `place` and slug. One without hosts waits, worst first.
void add_behind(SqlText& sql, const core::CustomerQuery& query, core::Time now) {
  sql.bind(number_of(now));
  sql.bind(std::int64_t{kPaused});
  std::string place(kCustomerRank);
  if (query.worst_first) place = fmt::format("coalesce({}, {})", place, kWaiting);
  sql += fmt::format("FROM (SELECT *, {} AS place FROM customers AS c) AS ranked WHERE ", place);
  if (query.worst_first) {
    const WorstFirstPlace after(query.after);
    const std::string rank = sql.bind(std::int64_t{after.rank});
    sql += fmt::format("(place, slug) > ({}, {})", rank, sql.bind(std::string(after.slug)));
  } else {
    sql += "slug > " + sql.bind(query.after);
  }
  if (!query.text.empty()) {
    const std::string text = text::to_lower_ascii(query.text);
    const std::string in_name = contains("lower(name)", sql.bind(text));
    sql += fmt::format(" AND ({} OR {})", in_name, contains("slug", sql.bind(text)));
  }
  if (query.only) sql += " AND uid = " + sql.bind(query.only->text());
  if (query.state) sql += " AND place = " + sql.bind(std::int64_t{rank_of(*query.state)});
}

void complete(View& view, core::CustomerRow& row, core::Time now) {
  Connection& connection = connection_of(view);
  const core::CustomerId& id = row.customer.id;
  row.pause = in_effect(row.pause, now);
  row.counts = counts_of(connection.list(kCounts, read_count, id));
  if (const auto host = connection.find(kNewestReporter, read_text, id)) {
    row.report = find_report_state(view, core::HostId(*host));
  }
  row.keys = static_cast<std::size_t>(connection.number(kCountKeys, id, now));
}

}  // namespace

core::FleetCounts count_fleet(View& view, const core::FleetQuery& query, core::Time now) {
  if (query.filter.terms.empty() && !query.customer) return counts_of(connection_of(view).list(kCountAll, read_count));
  SqlText sql;
  sql += kCountByRank;
  add_matching(sql, query, now, WithCustomers::No, Walk::AsStored);
  return connection_of(view).list_once(sql.text(), sql.values(), read_counts).front();
}

FleetMatches find_matches(View& view, const core::FleetQuery& query, core::Time now) {
  if (query.filter.terms.empty()) return {count_fleet(view, query, now), std::nullopt};
  SqlText sql;
  sql += "SELECT h.uid, s.rank ";
  add_matching(sql, query, now, WithCustomers::No, Walk::AsStored);
  sql += " LIMIT " + sql.bind(static_cast<std::int64_t>(kFewMatch));
  core::FleetCounts counts;
  const auto read = [&](Statement& row) {
    core::HostId host;
    int rank = 0;
    row.read(host, rank);
    ++counts.of(state_of_rank(rank));
    return host;
  };
  std::vector<core::HostId> few = connection_of(view).list_once(sql.text(), sql.values(), read);
  if (few.size() == kFewMatch) return {count_fleet(view, query, now), std::nullopt};
  return {counts, std::move(few)};
}

std::vector<core::FleetCell> list_fleet_cells(View& view, const core::FleetQuery& query, core::Time now) {
  SqlText sql;
  sql +=
      "SELECT h.uid, h.name, s.rank, s.findings, c.slug, c.name, nullif(s.protected_at, 0), s.disk, h.needs_backup, "
      "s.backup_limit, s.silence_limit, s.disk_warning, s.disk_down ";
  add_matching(sql, query, now, WithCustomers::Yes, Walk::AsStored);
  sql += order_by(sort_keys(core::FleetSort::Customer, false));
  return connection_of(view).list_once(sql.text(), sql.values(), read_cell);
}

std::string after_worst_first(const core::CustomerRow& row) {
  return fmt::format("{}:{}", to_text(state_of(row).value_or(core::HostState::Waiting)), row.customer.slug);
}

std::size_t count_customers_behind(View& view, const core::CustomerQuery& query, core::Time now) {
  SqlText sql;
  sql += "SELECT count(*) ";
  add_behind(sql, query, now);
  return connection_of(view).list_once(sql.text(), sql.values(), read_one<std::size_t>).front();
}

std::vector<core::CustomerRow> list_customer_rows(View& view, const core::CustomerQuery& query, core::Time now) {
  SqlText sql;
  sql += kCustomerColumns;
  add_behind(sql, query, now);
  sql += query.worst_first ? " ORDER BY place, slug LIMIT " : " ORDER BY slug LIMIT ";
  sql += sql.bind(static_cast<std::int64_t>(query.limit));
  if (query.worst_first) sql += " OFFSET " + sql.bind(static_cast<std::int64_t>(query.skip));
  auto rows = connection_of(view).list_once(sql.text(), sql.values(), read_customer_row);
  for (core::CustomerRow& row : rows) complete(view, row, now);
  return rows;
}

}  // namespace holdfast::store
