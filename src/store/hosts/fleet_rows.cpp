#include "hosts/fleet_rows.hpp"

#include <fmt/format.h>

#include <limits>
#include <string>
#include <utility>

#include "hosts/host_rows.hpp"
#include "hosts/pauses.hpp"
#include "reports/report_rows.hpp"
#include "reports/roll_up_codec.hpp"
#include "sqlite/dialect.hpp"
#include "status/status_columns.hpp"

namespace holdfast::store {
namespace {

constexpr int kRunsShown = 14;
constexpr std::chrono::hours kHoursShown{24};

// What a row has once; the current job is read off the index of unfinished jobs: a sort would cost more than all else
// of a row.
const std::string kRows = fmt::format(
    "SELECT {}, h.id, c.slug, c.name, "
    "h.paused_since, h.paused_until, h.pause_reason, h.paused_by, "
    "c.paused_since, c.paused_until, c.pause_reason, c.paused_by, {}, {}, s.reported_runs, s.job_success_at, "
    "coalesce((SELECT uid FROM jobs WHERE host = h.id AND state IN ('queued', 'running') AND state = 'running' "
    "ORDER BY uid LIMIT 1), (SELECT uid FROM jobs WHERE host = h.id AND state IN ('queued', 'running') "
    "ORDER BY uid LIMIT 1))",
    kHostColumns, kStatusColumns, kReportStateColumns);

// Behind "WITH page (key, place)". What a row has several of, each in its order.
constexpr std::string_view kSides =
    "SELECT page.key, page.place, 'hours' AS part, r.chunk AS number, NULL AS text, r.points AS bytes "
    "FROM page JOIN roll_ups AS r ON r.host = page.key AND r.span = 0 AND r.chunk >= ? AND r.chunk <= ? "
    "UNION ALL SELECT page.key, page.place, 'tag', 0, t.tag, NULL "
    "FROM page JOIN host_tags AS t ON t.host = page.key "
    "UNION ALL SELECT page.key, page.place, 'repository', "
    "row_number() OVER (PARTITION BY l.host ORDER BY l.linked_at, l.id), r.name, NULL "
    "FROM page JOIN host_repositories AS l ON l.host = page.key JOIN repositories AS r ON r.id = l.repository "
    "UNION ALL SELECT page.key, page.place, 'run', "
    "row_number() OVER (PARTITION BY j.host ORDER BY j.uid), j.state, NULL "
    "FROM page JOIN jobs AS j ON j.id IN (SELECT id FROM jobs WHERE host = page.key ORDER BY uid DESC LIMIT ?) "
    "ORDER BY 2, 3, 4, 5";

// "(?, 0), (?, 1)" and so on, for so many keys: each with its place.
std::string placed_keys(std::size_t keys) {
  std::string text;
  for (std::size_t place = 0; place < keys; ++place) text += fmt::format("{}(?, {})", place > 0 ? ", " : "", place);
  return text;
}

// ", page.k0, page.k1" and so on, each with `suffix` behind.
std::string sort_columns(std::string_view table, std::size_t keys, std::string_view suffix = "") {
  std::string text;
  for (std::size_t i = 0; i < keys; ++i) text += fmt::format(", {}k{}{}", table, i, suffix);
  return text;
}

// The page is found once, and its rows are looked up in its order: hence it is materialised, and joined first.
std::string rows_statement(const PageOfHosts& page) {
  const std::string columns = sort_columns("page.", page.keys);
  const std::string order = sort_columns("page.", page.keys, page.descending ? " DESC" : "").substr(2);
  return fmt::format(
      "WITH page (key{}) AS MATERIALIZED ({}) {}{} FROM page {join} hosts AS h ON {} = page.key "
      "{join} customers AS c ON c.id = h.customer {join} host_state AS s ON s.host = h.id ORDER BY {}",
      sort_columns("", page.keys), page.hosts.text(), kRows, columns, page.column, order,
      fmt::arg("join", kJoinInOrder));
}

core::JobState job_state_from(std::string_view text) {
  const std::optional<core::JobState> state = core::parse_job_state(text);
  if (!state) throw DamagedRow("A stored job is in a state that this program does not know.");
  return *state;
}

SortedRow read_row(Statement& statement, std::size_t keys, core::Time now) {
  SortedRow sorted;
  core::FleetRow& row = sorted.row;
  row.host = read_host(statement);
  statement.read(sorted.key, row.customer_slug, row.customer_name);
  row.pause = in_effect(read_pause(statement), now);
  const std::optional<core::Pause> of_customer = in_effect(read_pause(statement), now);
  if (!row.pause) row.pause = of_customer;
  row.status = read_stored_status(statement).value_or(core::JudgedStatus());
  row.report = read_report_state(statement);
  row.runs = read_reported_runs(statement);
  statement.read(row.last_success_at, row.current_job);
  row.cpu.assign(static_cast<std::size_t>(kHoursShown.count()), std::numeric_limits<double>::quiet_NaN());
  sorted.position.resize(keys);
  for (Value& value : sorted.position) statement.read(value);
  return sorted;
}

// One line of what a row has several of.
struct Side {
  std::size_t place = 0;
  std::string part;
  std::string text;  // of a tag, or the name of a repository
  core::JobState run = core::JobState::Queued;
  std::vector<core::RollUp> hours;
};

Side read_side(Statement& row) {
  std::int64_t key = 0;
  std::int64_t number = 0;
  std::string bytes;
  Side side;
  row.read(key, side.place, side.part, number, side.text, bytes);
  if (side.part == "hours")
    side.hours = decode_roll_ups(shape_of(core::RollUpSpan::Hour), number, bytes, core::RollUpParts::Totals);
  if (side.part == "run") side.run = job_state_from(side.text);
  return side;
}

class Sides {
 public:
  Sides(std::vector<SortedRow>& rows, core::Time now)
      : rows_(rows), end_(std::chrono::floor<std::chrono::hours>(now) + std::chrono::hours(1)) {}

  void read(Connection& connection) {
    const ChunkShape shape = shape_of(core::RollUpSpan::Hour);
    std::vector<Value> values;
    for (const SortedRow& sorted : rows_) values.emplace_back(sorted.key);
    values.emplace_back(shape.chunk_of(begin()));
    values.emplace_back(shape.chunk_of(end_));
    values.emplace_back(std::int64_t{kRunsShown});
    const std::string sql = fmt::format("WITH page (key, place) AS (VALUES {}) {}", placed_keys(rows_.size()), kSides);
    for (Side& side : connection.list_once(sql, values, read_side)) add(std::move(side));
  }

 private:
  core::Time begin() const { return end_ - kHoursShown; }

  void add(Side side) {
    core::FleetRow& row = rows_[side.place].row;
    if (side.part == "hours") add_hours(row, side.hours);
    if (side.part == "repository") row.repositories.push_back(std::move(side.text));
    if (side.part == "run") add_run(side.place, side.run);
    if (side.part == "tag") row.tags.push_back(std::move(side.text));
  }

  // Jobs are known better than what reports tell of runs.
  void add_run(std::size_t place, core::JobState run) {
    std::vector<core::JobState>& runs = rows_[place].row.runs;
    if (std::exchange(with_jobs_, place) != place) runs.clear();
    runs.push_back(run);
  }

  void add_hours(core::FleetRow& row, const std::vector<core::RollUp>& hours) const {
    for (const core::RollUp& hour : hours) {
      if (hour.start < begin() || hour.start >= end_ || !hour.cpu_mean) continue;
      row.cpu[static_cast<std::size_t>((hour.start - begin()) / std::chrono::hours(1))] = *hour.cpu_mean;
    }
  }

  std::vector<SortedRow>& rows_;
  core::Time end_;
  std::optional<std::size_t> with_jobs_;  // the last one that has jobs
};

}  // namespace

std::vector<SortedRow> read_rows(View& view, const PageOfHosts& page, core::Time now) {
  const auto read = [&](Statement& row) { return read_row(row, page.keys, now); };
  std::vector<SortedRow> rows = connection_of(view).list_once(rows_statement(page), page.hosts.values(), read);
  if (!rows.empty()) Sides(rows, now).read(connection_of(view));
  return rows;
}

}  // namespace holdfast::store
