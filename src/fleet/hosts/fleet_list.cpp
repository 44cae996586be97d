#include <algorithm>

#include "fleet/hosts/hosts.hpp"
#include "store/accounts/customers.hpp"
#include "store/hosts/fleet_list.hpp"
#include "store/hosts/hosts.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::fleet {
namespace {

using core::Result;

core::FleetQuery everything(std::optional<core::CustomerId> customer) {
  core::FleetQuery query;
  query.customer = std::move(customer);
  return query;
}

// What a filter costs is up to whoever asks.
template <class Work>
Task<std::invoke_result_t<Work&, store::View&>> look_at(store::Database& database, const core::FleetQuery& query,
                                                        Work work) {
  if (query.filter.terms.empty()) return database.read(std::move(work));
  return database.read_costly(query.customer ? query.customer->text() : "", std::move(work));
}

// Reads one row more than fits, to know whether a page follows.
Result<std::vector<core::FleetRow>> cut_page(store::View& view, core::FleetQuery query, core::Time now,
                                             std::string& next) {
  const auto limit = query.limit++;
  auto rows = store::list_fleet(view, query, now);
  if (!rows || rows->size() <= limit) return rows;
  rows->pop_back();
  next = rows->back().cursor;
  return rows;
}

// Once: what follows of the query knows who matches, where they are few.
core::FleetCounts ask_filter(store::View& view, core::FleetQuery& query, core::Time now) {
  auto matches = store::find_matches(view, query, now);
  query.among = std::move(matches.few);
  return matches.counts;
}

// Where the last page begins is looked up for who asks for it: it costs as much as a page.
constexpr std::string_view kLastPage = "last";

// Empty: there is but one page.
std::string last_page(store::View& view, const core::FleetQuery& query, std::size_t total, core::Time now) {
  if (total <= query.limit) return {};
  return store::cursor_at(view, query, (total - 1) / query.limit * query.limit - 1, now);
}

// Where the page lies among all that match.
void find_place(store::View& view, const core::FleetQuery& query, core::Time now, FleetPage& page) {
  const auto total = page.matching.total();
  if (!query.after.empty())
    page.before = total - std::min(store::count_behind(view, query, now).value_or(total), total);
  if (page.before > query.limit) page.previous = store::cursor_at(view, query, page.before - query.limit - 1, now);
  if (!page.next.empty()) page.last = kLastPage;
}

}  // namespace

std::optional<core::Time> last_seen(const core::Host& host, const std::optional<Agents::Presence>& presence,
                                    const std::optional<core::ReportState>& report) {
  if (presence) return presence->heard_at;
  if (!host.last_seen_at && report) return report->at;
  return host.last_seen_at;
}

std::vector<FleetHost> Hosts::with_presence(std::vector<core::FleetRow> rows) const {
  std::vector<FleetHost> hosts;
  hosts.reserve(rows.size());
  for (auto& row : rows) {
    auto presence = agents_.presence(row.host.id);
    hosts.push_back({std::move(row), presence});
  }
  return hosts;
}

Task<Result<FleetPage>> Hosts::page(core::FleetQuery query) {
  FleetPage page;
  const auto look = [&, now = clock_.now()](store::View& view) -> Result<std::vector<core::FleetRow>> {
    page.counts = store::count_fleet(view, everything(query.customer), now);
    page.matching = query.filter.terms.empty() ? page.counts : ask_filter(view, query, now);
    if (query.after == kLastPage) query.after = last_page(view, query, page.matching.total(), now);
    auto rows = cut_page(view, query, now, page.next);
    if (rows) find_place(view, query, now, page);
    return rows;
  };
  Result<std::vector<core::FleetRow>> rows = co_await look_at(database_, query, look);
  if (!rows) co_return std::unexpected(rows.error());
  page.hosts = with_presence(*std::move(rows));
  co_return page;
}

Task<std::vector<core::HostId>> Hosts::ids(core::FleetQuery query) {
  const auto look = [&, now = clock_.now()](store::View& view) { return store::list_fleet_ids(view, query, now); };
  co_return co_await look_at(database_, query, look);
}

Task<Result<std::vector<FleetHost>>> Hosts::rows(core::FleetQuery query) {
  const auto look = [&, now = clock_.now()](store::View& view) {
    if (query.after == kLastPage) query.after = last_page(view, query, ask_filter(view, query, now).total(), now);
    return store::list_fleet(view, query, now);
  };
  Result<std::vector<core::FleetRow>> rows = co_await look_at(database_, query, look);
  if (!rows) co_return std::unexpected(rows.error());
  co_return with_presence(*std::move(rows));
}

Task<std::vector<FleetHost>> Hosts::rows(std::vector<core::HostId> hosts) {
  const auto look = [&, now = clock_.now()](store::View& view) { return store::list_fleet_rows(view, hosts, now); };
  auto rows = co_await database_.read(look);
  co_return with_presence(std::move(rows));
}

Task<std::vector<core::FleetCell>> Hosts::cells(core::FleetQuery query) {
  const auto look = [&, now = clock_.now()](store::View& view) { return store::list_fleet_cells(view, query, now); };
  co_return co_await look_at(database_, query, look);
}

Task<core::FleetCounts> Hosts::counts(Scope scope) {
  const auto look = [&, now = clock_.now()](store::View& view) {
    return store::count_fleet(view, everything(scope.customer), now);
  };
  co_return co_await database_.read(look);
}

Task<std::size_t> Hosts::count_agents() {
  co_return co_await database_.read([](store::View& view) { return store::count_agents(view); });
}

Task<std::vector<std::string>> Hosts::tags() {
  const auto look = [](store::View& view) { return store::list_tags(view); };
  co_return co_await database_.read(look);
}

}  // namespace holdfast::fleet
