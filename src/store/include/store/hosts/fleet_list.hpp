#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/filter/filter.hpp"
#include "core/ids.hpp"
#include "core/jobs/job.hpp"
#include "core/status/status.hpp"
#include "core/time.hpp"
#include "store/accounts/customers.hpp"
#include "store/reports/reports.hpp"

// The fleet as lists show it: filtered, sorted and cut to a page by the database.
namespace holdfast::store {

// Of the limits that a host was judged by, those that lists show its figures against.
struct JudgedBy {
  std::chrono::seconds backup_age{};
  std::chrono::seconds silence_warning{};
  int disk_warning = 0;
  int disk_down = 0;

  bool operator==(const JudgedBy&) const = default;
};

// A host's status as it was last judged, so that lists need not judge.
struct StoredStatus {
  core::HostState state = core::HostState::Waiting;
  std::vector<core::Finding> findings;
  core::Time since;                             // when it became so
  std::optional<core::Time> changes_at;         // when time alone may change it
  bool unprotected = false;                     // it needs backups and has no good one
  std::optional<core::Time> protected_at = {};  // the last good backup, of the source group that is worst
  std::optional<JudgedBy> limits = {};          // nothing: never judged
  core::StatusCause cause() const { return core::cause_of(findings); }
  std::string reason() const { return core::plain_text(core::words_of(findings)); }  // empty when Ok
  bool operator==(const StoredStatus&) const = default;
};
void set_status(Transaction& transaction, const core::HostId& host, const StoredStatus& status);
// Nothing before the first set_status.
std::optional<StoredStatus> find_status(View& view, const core::HostId& host);
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

// What a list begins with; `reversed` turns it round. Where nothing is known of CPU, memory or disk, the host comes
// last either way. Never backed up and never seen are older than anything.
enum class FleetSort {
  Worst,     // worst state, then oldest backup, then name
  Name,      // A to Z
  Backup,    // oldest
  Cpu,       // highest
  Memory,    // highest
  Disk,      // fullest
  Seen,      // silent for the longest
  Customer,  // by customer's name, then worst
};

struct FleetQuery {
  core::Filter filter;
  std::optional<core::CustomerId> customer;  // only its hosts
  FleetSort sort = FleetSort::Worst;
  bool reversed = false;
  std::string after;     // the cursor of the last row of the page before; empty: from the beginning
  std::size_t skip = 0;  // so many rows are passed over
  std::size_t limit = 50;
  std::optional<std::size_t> matching = {};  // how many match, where that is known: few are looked for in another way
};

struct FleetRow {
  Host host;
  std::string customer_slug;
  std::string customer_name;
  StoredStatus status;
  std::optional<Pause> pause;  // its own, or its customer's, while it is in effect
  std::vector<std::string> tags;
  std::optional<ReportState> report;
  std::vector<core::JobState> runs;           // the last 14, oldest first
  std::optional<core::Time> last_success_at;  // by jobs
  std::optional<core::JobId> current_job;     // running, or else the oldest queued one
  std::vector<std::string> repositories;      // names
  std::vector<double> cpu;                    // of the last 24 hours up to this one, oldest first; NaN: nothing came
  std::string cursor;                         // of list_fleet alone
};

// Invalid when the cursor is not one of this sort.
core::Result<std::vector<FleetRow>> list_fleet(View& view, const FleetQuery& query, core::Time now);
// The rows of these hosts, in the order of the ids and without those that are gone: what a page shows, again.
std::vector<FleetRow> list_fleet_rows(View& view, const std::vector<core::HostId>& hosts, core::Time now);

// All that match, in the order of the query, whatever its `after` and `limit` say.
std::vector<core::HostId> list_fleet_ids(View& view, const FleetQuery& query, core::Time now);

struct FleetCounts {
  std::size_t ok = 0, waiting = 0, paused = 0, warning = 0, down = 0;
  std::size_t total() const { return ok + waiting + paused + warning + down; }

  bool operator==(const FleetCounts&) const = default;
};
// How many rows come behind `after`, those of the page included. Invalid when the cursor is not one of this sort.
core::Result<std::size_t> count_behind(View& view, const FleetQuery& query, core::Time now);
// The cursor of the row at `index` (from 0) of the whole list; empty when there is none.
std::string cursor_at(View& view, FleetQuery query, std::size_t index, core::Time now);

// Of all that match, whatever `after` and `limit` say.
FleetCounts count_fleet(View& view, const FleetQuery& query, core::Time now);

// For the grid: every host that matches, as little of it as a cell needs, by customer, then worst first.
struct FleetCell {
  core::HostId host;
  std::string name;
  core::HostState state = core::HostState::Waiting;
  std::vector<core::Finding> findings;
  std::string customer_slug;
  std::string customer_name;
  std::optional<core::Time> backup_at;  // the last good one, of the source group that is worst
  std::optional<double> disk_percent;
  std::optional<JudgedBy> limits;
  bool needs_backup = true;
};
std::vector<FleetCell> list_fleet_cells(View& view, const FleetQuery& query, core::Time now);

// For the customers' list: each with its counts.
struct CustomerRow {
  Customer customer;
  FleetCounts counts;
  std::optional<Pause> pause;         // while it is in effect
  std::optional<ReportState> report;  // the newest of its hosts
  std::size_t keys = 0;               // that are good at this moment
};
// Paused while it is itself, or else as its worst host, from worst to best: down, warning, paused, waiting, ok. Nothing
// when it has no hosts.
std::optional<core::HostState> state_of(const CustomerRow& row);
struct CustomerQuery {
  std::string text;                      // in name or slug
  std::optional<core::HostState> state;  // as state_of says
  std::optional<core::CustomerId> only;
  bool worst_first = false;  // then by slug; else by slug alone
  std::string after;         // slug of the last row before; worst first what after_worst_first() makes of it
  std::size_t skip = 0;      // worst first: so many rows are passed over
  std::size_t limit = 50;
};
std::string after_worst_first(const CustomerRow& row);
// How many come behind `after`, worst first.
std::size_t count_customers_behind(View& view, const CustomerQuery& query, core::Time now);
std::vector<CustomerRow> list_customer_rows(View& view, const CustomerQuery& query, core::Time now);

}  // namespace holdfast::store
