#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/filter/filter.hpp"
#include "core/hosts/fleet.hpp"
#include "core/ids.hpp"
#include "core/jobs/job.hpp"
#include "core/status/status.hpp"
#include "core/time.hpp"
#include "store/accounts/customers.hpp"
#include "store/reports/reports.hpp"

// The fleet as lists show it: filtered, sorted and cut to a page by the database.
namespace holdfast::store {

void set_status(Transaction& transaction, const core::HostId& host, const core::JudgedStatus& status);
// Nothing before the first set_status.
std::optional<core::JudgedStatus> find_status(View& view, const core::HostId& host);
// Those whose status may have changed by `now`, earliest first.
std::vector<core::HostId> list_due_statuses(View& view, core::Time now, std::size_t limit);
std::optional<core::Time> next_status_change(View& view);
// The hub was away for the last `gap`, which counts for nobody's silence: moves the beginning of each by as much, but
// not past `now`, because it may lie within the gap. Who is due by then is judged again.
void shift_silence(Transaction& transaction, core::Time now, core::milliseconds gap);
std::optional<core::Time> silent_since(View& view, const core::HostId& host);
void set_silent_since(Transaction& transaction, const core::HostId& host, core::Time since);
// The host was alive at that moment: its silence begins there, unless it begins later, though never after `now`.
void note_alive(Transaction& transaction, const core::HostId& host, core::Time at, core::Time now);
// Everybody is judged again: the limits may be others.
void make_all_due(Transaction& transaction, core::Time now);
// The hub's clock was ahead and is right again: silence that would begin only later begins now, and everybody is due.
void note_clock_set_back(Transaction& transaction, core::Time now);

// Invalid when the cursor is not one of this sort.
core::Result<std::vector<core::FleetRow>> list_fleet(View& view, const core::FleetQuery& query, core::Time now);
// The rows of these hosts, in the order of the ids and without those that are gone: what a page shows, again.
std::vector<core::FleetRow> list_fleet_rows(View& view, const std::vector<core::HostId>& hosts, core::Time now);

// All that match, in the order of the query, whatever its `after` and `limit` say.
std::vector<core::HostId> list_fleet_ids(View& view, const core::FleetQuery& query, core::Time now);

// How many rows come behind `after`, those of the page included. Invalid when the cursor is not one of this sort.
core::Result<std::size_t> count_behind(View& view, const core::FleetQuery& query, core::Time now);
// The cursor of the row at `index` (from 0) of the whole list; empty when there is none.
std::string cursor_at(View& view, core::FleetQuery query, std::size_t index, core::Time now);

// Of all that match, whatever `after` and `limit` say.
core::FleetCounts count_fleet(View& view, const core::FleetQuery& query, core::Time now);

// The same, and who they are where they are few: with that as FleetQuery::among the fleet is not gone through again.
struct FleetMatches {
  core::FleetCounts counts;
  std::optional<std::vector<core::HostId>> few;  // fewer than kFewMatch
};
inline constexpr std::size_t kFewMatch = 500;
FleetMatches find_matches(View& view, const core::FleetQuery& query, core::Time now);

std::vector<core::FleetCell> list_fleet_cells(View& view, const core::FleetQuery& query, core::Time now);

std::string after_worst_first(const core::CustomerRow& row);
// How many come behind `after`, worst first.
std::size_t count_customers_behind(View& view, const core::CustomerQuery& query, core::Time now);
std::vector<core::CustomerRow> list_customer_rows(View& view, const core::CustomerQuery& query, core::Time now);

}  // namespace holdfast::store
