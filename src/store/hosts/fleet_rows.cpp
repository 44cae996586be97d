#include "hosts/fleet_rows.hpp"

#include <fmt/format.h>

#include <limits>
#include <string>
#include <utility>

#include "hosts/host_rows.hpp"
#include "hosts/pauses.hpp"
#include "reports/report_rows.hpp"
#include "reports/roll_up_codec.hpp"
#include "status/status_columns.hpp"

namespace holdfast::store {
namespace {

constexpr int kRunsShown = 14;
constexpr std::chrono::hours kHoursShown{24};

// Behind page_of(). What a row has once; the current job is read off the index of unfinished jobs: a sort would cost
// more than all else of a row.
const std::string kRows = fmt::format(
    "SELECT {}, page.place, h.id, c.slug, c.name, "
    "h.paused_since, h.paused_until, h.pause_reason, h.paused_by, "
    "c.paused_since, c.paused_until, c.pause_reason, c.paused_by, {}, {}, s.reported_runs, s.job_success_at, "
    "coalesce((SELECT uid FROM jobs WHERE host = h.id AND state IN ('queued', 'running') AND state = 'running' "
    "ORDER BY uid LIMIT 1), (SELECT uid FROM jobs WHERE host = h.id AND state IN ('queued', 'running') "
    "ORDER BY uid LIMIT 1)) FROM page ",
    kHostColumns, kStatusColumns, kReportStateColumns);
constexpr std::string_view kOfHosts =
    "JOIN customers AS c ON c.id = h.customer JOIN host_state AS s ON s.host = h.id ORDER BY page.place";

// Behind page_of(), whose keys are those of hosts inside the database. What a row has several of, each in its order.
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

// "WITH page …" of so many keys, which are bound first.
std::string page_of(std::size_t keys) {
  std::string text = "WITH page (place, key) AS (VALUES ";
  for (std::size_t place = 0; place < keys; ++place) text += fmt::format("{}({}, ?)", place > 0 ? ", " : "", place);
  return text + ") ";
}

core::JobState job_state_from(std::string_view text) {
  const std::optional<core::JobState> state = core::parse_job_state(text);
  if (!state) throw DamagedRow("A stored job is in a state that this program does not know.");
  return *state;
}

PlacedRow read_row(Statement& statement, core::Time now) {
  PlacedRow placed;
  core::FleetRow& row = placed.row;
  row.host = read_host(statement);
  statement.read(placed.place, placed.key, row.customer_slug, row.customer_name);
  row.pause = in_effect(read_pause(statement), now);
  const std::optional<core::Pause> of_customer = in_effect(read_pause(statement), now);
  if (!row.pause) row.pause = of_customer;
  row.status = read_stored_status(statement).value_or(core::JudgedStatus());
  row.report = read_report_state(statement);
  row.runs = read_reported_runs(statement);
  statement.read(row.last_success_at, row.current_job);
  row.cpu.assign(static_cast<std::size_t>(kHoursShown.count()), std::numeric_limits<double>::quiet_NaN());
  return placed;
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
  Sides(std::vector<PlacedRow>& rows, core::Time now)
      : rows_(rows), end_(std::chrono::floor<std::chrono::hours>(now) + std::chrono::hours(1)) {}

  void read(Connection& connection) {
    const ChunkShape shape = shape_of(core::RollUpSpan::Hour);
    std::vector<Value> values;
    for (const PlacedRow& placed : rows_) values.emplace_back(placed.key);
    values.emplace_back(shape.chunk_of(begin()));
    values.emplace_back(shape.chunk_of(end_));
    values.emplace_back(std::int64_t{kRunsShown});
    for (Side& side : connection.list_once(page_of(rows_.size()) + std::string(kSides), values, read_side))
      add(std::move(side));
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

  std::vector<PlacedRow>& rows_;
  core::Time end_;
  std::optional<std::size_t> with_jobs_;  // the last one that has jobs
};

}  // namespace

std::vector<PlacedRow> read_rows(View& view, std::string_view column, std::span<const Value> keys, core::Time now) {
  std::vector<PlacedRow> rows;
  if (keys.empty()) return rows;
  const std::string sql =
      fmt::format("{}{}JOIN hosts AS h ON {} = page.key {}", page_of(keys.size()), kRows, column, kOfHosts);
  rows = connection_of(view).list_once(sql, keys, [now](Statement& row) { return read_row(row, now); });
  if (!rows.empty()) Sides(rows, now).read(connection_of(view));
  return rows;
}

}  // namespace holdfast::store
