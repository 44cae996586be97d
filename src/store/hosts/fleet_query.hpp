#pragma once

#include <string>
#include <vector>

#include "sqlite/sqlite.hpp"
#include "store/hosts/fleet_list.hpp"

// How a question about the fleet becomes SQL. Its text depends only on the shape of the question: every value is bound.
// The tables are host_state AS s, hosts AS h and, when it is asked for, customers AS c.
namespace holdfast::store {

// When the host was last heard of: by its newest report, or by its agent's connection. 0: never.
inline constexpr std::string_view kSeenAt = "max(coalesce(s.reported_at, 0), coalesce(h.last_seen_at, 0))";

// A part of a statement that grows together with the values it binds.
class SqlText {
 public:
  SqlText& operator+=(std::string_view text) {
    text_ += text;
    return *this;
  }
  // "?7", for the text.
  std::string bind(Value value) {
    values_.push_back(std::move(value));
    return "?" + std::to_string(values_.size());
  }
  const std::string& text() const { return text_; }
  const std::vector<Value>& values() const { return values_; }

 private:
  std::string text_;
  std::vector<Value> values_;
};

// By what rows are sorted: all of it ascending, or all of it descending. The last one is unique, none is ever NULL.
struct SortKeys {
  std::vector<std::string> expressions;
  bool descending = false;
};
SortKeys sort_keys(FleetSort sort, bool reversed);
std::string order_by(const SortKeys& keys);  // " ORDER BY …"

// "FROM … WHERE …" for all that the query lets through, `after` and `limit` apart. `now` is what ages count from.
enum class WithCustomers { No, Yes };
void add_matching(SqlText& sql, const FleetQuery& query, core::Time now, WithCustomers customers);

// The ids of the hosts of a page, each with its keys: those behind the one whose keys are `position`, or the first.
SqlText page_statement(const FleetQuery& query, const std::optional<std::vector<Value>>& position, core::Time now);

// How many rows lie behind the one whose keys are `position`.
SqlText count_behind_statement(const FleetQuery& query, const std::vector<Value>& position, core::Time now);

// The keys of a row, as text for addresses.
std::string make_cursor(const FleetQuery& query, const std::vector<Value>& position);
core::Result<std::vector<Value>> read_cursor(const FleetQuery& query, std::size_t keys);

// Everything that holds for a host that passes this term.
std::string condition_of(SqlText& sql, const core::FilterTerm& term, core::Time now);

}  // namespace holdfast::store
