#pragma once

#include <string>
#include <vector>

#include "core/hosts/fleet.hpp"
#include "sqlite/dialect.hpp"
#include "sqlite/sql_text.hpp"
#include "store/hosts/fleet_list.hpp"

// How a question about the fleet becomes SQL. Its text depends only on the shape of the question: every value is bound.
// The tables are host_state AS s, hosts AS h and, when it is asked for, customers AS c.
namespace holdfast::store {

// When the host was last heard of: by its newest report, or by its agent's connection. 0: never.
inline std::string seen_at() {
  return greater_of("coalesce(s.reported_at, 0)", "coalesce(h.last_seen_at, 0)");
}

// By what rows are sorted: all of it ascending, or all of it descending. The last one is unique, none is ever NULL.
struct SortKeys {
  std::vector<std::string> expressions;
  bool descending = false;
};
SortKeys sort_keys(core::FleetSort sort, bool reversed);
std::string order_by(const SortKeys& keys);  // " ORDER BY …"

// How the hosts are gone through that a condition is asked of.
enum class Walk {
  Sorted,   // in the order of the list, which ends once a page is full: quick where many match
  AsStored  // all of them: each costs less, as it lies beside the one before
};
// "FROM … WHERE …" for all that the query lets through, `after` and `limit` apart. `now` is what ages count from.
enum class WithCustomers { No, Yes };
void add_matching(SqlText& sql, const core::FleetQuery& query, core::Time now, WithCustomers customers, Walk walk);

// The hosts of a page by their keys inside the database, each with what it is sorted by: those behind the one where
// that is `position`, or the first.
SqlText page_statement(const core::FleetQuery& query, const std::optional<std::vector<Value>>& position,
                       core::Time now);

// How many rows lie behind the one whose keys are `position`.
SqlText count_behind_statement(const core::FleetQuery& query, const std::vector<Value>& position, core::Time now);

// The keys of a row, as text for addresses.
std::string make_cursor(const core::FleetQuery& query, const std::vector<Value>& position);
core::Result<std::vector<Value>> read_cursor(const core::FleetQuery& query, std::size_t keys);

// Everything that holds for a host that passes this term.
std::string condition_of(SqlText& sql, const core::FilterTerm& term, core::Time now);

}  // namespace holdfast::store
