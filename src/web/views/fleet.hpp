#pragma once

#include <string>
#include <vector>

#include "views/shell.hpp"

namespace holdfast::web::views {

// One row of the fleet. Live: topic "fleet", fragment live_host_row; its id is "host-<id>".
struct HostRow {
  std::string id;
  std::string name;
  Url link;
  HostStatus status = HostStatus::Unknown;
  std::string reason;    // why it is not OK, in words: "Last backup 31 h ago, limit 26 h"
  std::string activity;  // what runs on it: "Backing up, 62%, about 11 min left"
  std::string facts;     // "Debian 12 · 10.20.2.12"
  bool connected = false;
  std::optional<core::Time> last_seen;
  RunStrip runs;
  RecoveryPoint recovery;
  std::vector<std::string> repositories;  // names
  std::string agent_version;
};

// Runs that ended within one hour.
struct HourOfRuns {
  std::size_t succeeded = 0;
  std::size_t partial = 0;
  std::size_t failed = 0;
};

struct Fact {
  std::string label;  // "Recovery point met"
  std::string value;  // "20 of 23 hosts"
};

// Tiles, runs of the last 24 hours, key facts. Live: topic "fleet", fragment live_fleet_band.
struct FleetBand {
  Pulse pulse;
  std::string down_text;  // what is behind the number: "1 not reporting, 1 backup failing"
  std::string warning_text;
  std::string ok_text;
  std::string other_text;
  std::vector<HourOfRuns> hours;  // 24, oldest first; empty: not drawn
  core::Time now;
  std::vector<Fact> facts;  // up to four
};

// Hosts came or went, or the order is another: rows never move by themselves. Live: topic "fleet", fragment
// live_fleet_changed.
struct FleetChanged {
  std::string text;  // "2 hosts were added."; empty: nothing to say
  Url reload;
};

// GET /?status=down&q=…
struct FleetPage {
  Page page;
  FleetBand band;
  std::vector<Tab> filters;  // All 24, Needs attention 6, …
  std::string query;         // as typed
  std::vector<HostRow> hosts;
  std::size_t total = 0;  // without the filter
  Url all;                // without the filter
  Url next;               // the following page, or empty
  bool loading = false;   // the hub is starting: draws a skeleton and asks again
  std::optional<Failure> failure;
};

}  // namespace holdfast::web::views
