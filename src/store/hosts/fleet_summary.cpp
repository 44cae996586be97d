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
    "SELECT uid, slug, name, created_at, paused_since, paused_until, pause_reason, paused_by FROM ";
// Of its worst host, or paused. NULL: it has none.
constexpr std::string_view kCustomerRank =
    "CASE WHEN paused_since IS NOT NULL AND (paused_until IS NULL OR paused_until > ?6) THEN ?7 ELSE (SELECT "
    "min(s.rank) "
    "FROM hosts AS h JOIN host_state AS s ON s.host = h.id WHERE h.customer = c.id) END";
constexpr std::string_view kCustomerMatches =
    "(?2 = '' OR instr(lower(name), ?2) > 0 OR instr(slug, ?2) > 0) AND (?4 IS NULL OR uid = ?4)";
const std::string kBySlug =
    fmt::format("{}customers AS c WHERE slug > ?1 AND {} AND (?3 IS NULL OR ?3 = {}) ORDER BY slug LIMIT ?5",
                kCustomerColumns, kCustomerMatches, kCustomerRank);
const std::string kBehind = fmt::format(
    "(SELECT *, coalesce({}, ?8) AS place FROM customers AS c) WHERE (place, slug) > (?9, ?1) AND {} "
    "AND (?3 IS NULL OR ?3 = place)",
    kCustomerRank, kCustomerMatches);
const std::string kWorstFirst = fmt::format("{}{} ORDER BY place, slug LIMIT ?5 OFFSET ?10", kCustomerColumns, kBehind);
const std::string kCountBehind = fmt::format("SELECT count(*) FROM {}", kBehind);
constexpr std::string_view kCounts =
    "SELECT s.rank, count(*) FROM hosts AS h CROSS JOIN host_state AS s ON s.host = h.id "
    "WHERE h.customer = (SELECT id FROM customers WHERE uid = ?1) GROUP BY s.rank";
constexpr std::string_view kCountAll = "SELECT rank, count(*) FROM host_state GROUP BY rank";
constexpr std::string_view kNewestReporter =
    "SELECT h.uid FROM hosts AS h CROSS JOIN host_state AS s ON s.host = h.id "
    "WHERE h.customer = (SELECT id FROM customers WHERE uid = ?1) AND s.reported_at IS NOT NULL "
    "ORDER BY s.reported_at DESC, h.id LIMIT 1";
constexpr std::string_view kCountKeys =
    "SELECT count(*) FROM customer_keys WHERE customer = (SELECT id FROM customers WHERE uid = ?1) "
    "AND (expires_at IS NULL OR expires_at > ?2)";

struct RankCount {
  int rank = 0;
  std::size_t count = 0;
};

RankCount read_count(Statement& row) {
  RankCount count;
  row.read(count.rank, count.count);
  return count;
}

std::size_t& count_in(FleetCounts& counts, core::HostState state) {
  switch (state) {
    case core::HostState::Ok:
      return counts.ok;
    case core::HostState::Waiting:
      return counts.waiting;
    case core::HostState::Paused:
      return counts.paused;
    case core::HostState::Warning:
      return counts.warning;
    case core::HostState::Down:
      return counts.down;
  }
  std::unreachable();
}

FleetCounts counts_of(const std::vector<RankCount>& ranks) {
  FleetCounts counts;
  for (const auto& [rank, count] : ranks) count_in(counts, state_of_rank(rank)) = count;
  return counts;
}

FleetCell read_cell(Statement& row) {
  FleetCell cell;
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

CustomerRow read_customer_row(Statement& row) {
  CustomerRow read;
  Customer& customer = read.customer;
  std::optional<core::Time> since;
  Pause pause;
  row.read(customer.id, customer.slug, customer.name, customer.created_at, since, pause.until, pause.reason, pause.by);
  if (since) {
    pause.since = *since;
    read.pause = pause;
  }
  return read;
}

constexpr int kPaused = rank_of(core::HostState::Paused);
constexpr int kWaiting = rank_of(core::HostState::Waiting);

std::optional<int> rank_asked_for(const CustomerQuery& query) {
  return query.state ? std::optional(rank_of(*query.state)) : std::nullopt;
}

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

void complete(View& view, CustomerRow& row, core::Time now) {
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

FleetCounts count_fleet(View& view, const FleetQuery& query, core::Time now) {
  if (query.filter.terms.empty() && !query.customer) return counts_of(connection_of(view).list(kCountAll, read_count));
  SqlText sql;
  sql += "SELECT s.rank, count(*) ";
  add_matching(sql, query, now, WithCustomers::No);
  sql += " GROUP BY s.rank";
  return counts_of(connection_of(view).list_once(sql.text(), sql.values(), read_count));
}

std::vector<FleetCell> list_fleet_cells(View& view, const FleetQuery& query, core::Time now) {
  SqlText sql;
  sql +=
      "SELECT h.uid, h.name, s.rank, s.findings, c.slug, c.name, nullif(s.protected_at, 0), s.disk, h.needs_backup, "
      "s.backup_limit, s.silence_limit, s.disk_warning, s.disk_down ";
  add_matching(sql, query, now, WithCustomers::Yes);
  sql += order_by(sort_keys(FleetSort::Customer, false));
  return connection_of(view).list_once(sql.text(), sql.values(), read_cell);
}

std::optional<core::HostState> state_of(const CustomerRow& row) {
  using core::HostState;
  if (row.pause) return HostState::Paused;
  FleetCounts counts = row.counts;
  for (const auto state : {HostState::Down, HostState::Warning, HostState::Paused, HostState::Waiting, HostState::Ok}) {
    if (count_in(counts, state) > 0) return state;
  }
  return std::nullopt;
}

std::string after_worst_first(const CustomerRow& row) {
  return fmt::format("{}:{}", to_text(state_of(row).value_or(core::HostState::Waiting)), row.customer.slug);
}

std::size_t count_customers_behind(View& view, const CustomerQuery& query, core::Time now) {
  const WorstFirstPlace after(query.after);
  constexpr std::size_t kNoLimit = 0;
  return static_cast<std::size_t>(connection_of(view).number(kCountBehind, after.slug, text::to_lower_ascii(query.text),
                                                             rank_asked_for(query), query.only, kNoLimit, now, kPaused,
                                                             kWaiting, after.rank));
}

std::vector<CustomerRow> list_customer_rows(View& view, const CustomerQuery& query, core::Time now) {
  Connection& connection = connection_of(view);
  const std::string text = text::to_lower_ascii(query.text);
  const auto rank = rank_asked_for(query);
  std::vector<CustomerRow> rows;
  if (query.worst_first) {
    const WorstFirstPlace after(query.after);
    rows = connection.list(kWorstFirst, read_customer_row, after.slug, text, rank, query.only, query.limit, now,
                           kPaused, kWaiting, after.rank, query.skip);
  } else {
    rows = connection.list(kBySlug, read_customer_row, query.after, text, rank, query.only, query.limit, now, kPaused);
  }
  for (CustomerRow& row : rows) complete(view, row, now);
  return rows;
}

}  // namespace holdfast::store
