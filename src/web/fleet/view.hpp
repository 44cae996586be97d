#pragma once

#include <string>
#include <vector>

#include "core/status/finding.hpp"
#include "kit/shell/shell_view.hpp"

namespace holdfast::web::views {

// One row of the fleet. Live: topic "fleet", fragment live_host_row; its id is "host-<id>".
struct HostRow {
  std::string id;
  std::string name;
  Url link;
  HostStatus status = HostStatus::Waiting;
  core::Words reason;    // why it is not OK
  std::string activity;  // what runs on it: "Backing up, 62%, about 11 min left"
  std::string facts;     // "Debian 12 · 10.20.2.12"
  std::optional<PauseState> pause = {};
  Tag customer;
  std::vector<Tag> tags;
  bool connected = false;
  bool report_only = false;
  std::optional<core::Time> last_report;  // or, of an agent, when it was last heard
  RunStrip runs;
  RecoveryPoint recovery;
  std::string recovery_text;  // below the age, or instead of it: "not expected"
  std::vector<double> cpu;    // percent, hour by hour, oldest first; NaN where nothing came
  Metric cpu_now;
  Metric memory;
  Metric disk;             // the fullest
  std::string disk_mount;  // which one that is
  std::optional<std::uint64_t> containers;
  std::optional<std::uint64_t> containers_running;
  std::vector<std::string> repositories;  // names
  std::string version;                    // of the agent, or of what reports
  bool outdated = false;                  // the newest in the fleet is newer
  bool old = false;                       // the figures are from before the host fell silent

  bool blank() const { return !cpu_now.percent && !memory.percent && !disk.percent && !containers; }
};

// Runs that ended within one hour.
struct HourOfRuns {
  std::size_t succeeded = 0;
  std::size_t partial = 0;
  std::size_t failed = 0;
};

// Tiles, runs of the last 24 hours, key facts. Live: topic "fleet", fragment live_fleet_band.
struct FleetBand {
  Pulse pulse;
  std::string down_text;  // what is behind the number: "1 not reporting, 1 backup failing"
  std::string warning_text;
  std::string other_text;         // of those paused or waiting
  std::vector<HourOfRuns> hours;  // 24, oldest first; empty: not drawn
  core::Time now;
  std::vector<Fact> facts;  // up to four
};

// Hosts came or went, or the order is another: rows never move by themselves. Live: topic "fleet", fragment
// live_fleet_changed.
struct FleetChanged {
  std::string text;  // "Order changed for 3 hosts.", "1 new host."; empty: nothing to say
  Url sort_again;
  bool at_once = false;  // the page shows no host yet: nobody is disturbed
};

enum class Density { Compact, Standard, Roomy };
enum class Layout { Table, Grid };

// A column of the table that may be hidden. `name` is its class in the page, and its word in the address.
struct Column {
  std::string name;
  std::string text;
  bool shown = true;
};

// The head of a column. With a link it sorts.
struct ColumnHead {
  std::string name;  // its class
  std::string text;
  Url sort;
  std::string_view direction;  // "ascending", "descending", or empty: not sorted by it
};

// Rows with their heads. Its id is "hosts".
struct HostTable {
  std::string caption;
  std::vector<ColumnHead> heads;
  std::vector<HostRow> rows;
  std::string hidden;  // classes "no-<column>" of the columns that are not shown
  Density density = Density::Standard;
  std::string order;  // "worst status first"
  Pager pager;
  std::string back;  // where the page of results leads back to
};

// What colours the cells of the grid.
enum class CellColour { Status, Backup, Disk };
enum class CellMark { Ok, Warning, Down, Off, Unknown };  // Off: paused

// A host in the grid; its id is "c" and the host's.
struct Cell {
  std::string_view id;
  std::string_view name;
  CellMark mark = CellMark::Ok;
  core::Words reason;  // beside the name, unless OK
  core::Time now = {};
};

struct CellGroup {
  Tag customer;
  std::size_t down = 0;
  std::size_t warning = 0;
  Url down_link;
  Url warning_link;
  std::vector<Cell> cells;
};

struct FleetGrid {
  CellColour colour = CellColour::Status;
  std::vector<Tab> colours;
  std::vector<CellGroup> groups;
};

// Cells that have another mark. Live: topic "cells", fragment live_cells.
struct CellChanges {
  std::vector<Cell> cells;
};

// A value that the search form sends along.
struct Kept {
  std::string name;
  std::string value;
};

// Search, chips, layout, columns, density: all of it lives in the address. Columns and density are remembered, too:
// POST /ui/fleet-view: density or columns (column=… each), back.
struct FleetTools {
  std::string query;  // as typed
  std::string error;  // which part of it cannot be read
  std::vector<Kept> kept;
  std::vector<Tab> chips;
  Layout layout = Layout::Table;
  Density density = Density::Standard;
  Url table;
  Url grid;
  Url here;
  std::vector<Column> columns;
  std::vector<Option> sorts;  // for phones, which have no heads
};

// What was done to one host.
struct BulkRow {
  std::string name;
  Url link;
  bool done = false;
  std::string text;  // "Backup queued", or why not
};

// POST /ui/bulk: host=… each, action, tag, reason, back.
struct BulkPage {
  Page page;
  std::string title;  // "Back up now: 3 of 4 hosts"
  std::vector<BulkRow> rows;
  Url back;
};

// GET /?q=…&sort=…&layout=…&columns=…&density=…&after=…
struct FleetPage {
  Page page;
  FleetBand band;
  FleetTools tools;
  std::size_t total = 0;          // without the filter
  std::size_t customers = 0;      // that have hosts
  HostTable table;                // of Layout::Table
  FleetGrid grid;                 // of Layout::Grid
  Url all;                        // without the filter
  Url csv;                        // of what the filter shows
  std::optional<Notice> partial;  // what the totals leave out
  bool loading = false;           // the hub is starting: draws a skeleton and asks again
  std::optional<Failure> failure;

  bool empty() const { return table.rows.empty() && grid.groups.empty(); }
};

}  // namespace holdfast::web::views
