#pragma once

#include <array>
#include <string>
#include <vector>

#include "kit/parts.hpp"

// Graphs of what hosts reported. Drawn by the server, so that they need no script, print, and swap.
namespace holdfast::web::views {

// Values at even steps from the left edge to the right one, as shares of the height; NaN where nothing came.
struct ChartLine {
  std::string name;  // "busy"
  std::vector<double> shares;
  std::vector<std::string> values;  // in words, for the pointer: "34%"; empty where nothing came
};

// From and to, as shares of the width.
struct ChartSpan {
  double from = 0;
  double to = 0;
};

struct Chart {
  std::string title;
  std::string value;                 // the newest: "34%"; empty: "No data"
  std::string sentence;              // for those who do not see it: "CPU, last 24 h: 4% to 71%, now 34%"
  std::array<std::string, 3> scale;  // labels of top, middle and bottom
  std::vector<ChartLine> lines;      // one, or two: the second is dashed
  double limit = -1;                 // a line across, as a share of the height; below 0: none
  std::string limit_name;            // "limit 26 h"
  std::vector<ChartSpan> gaps;       // nothing came: hatched
  std::vector<ChartSpan> jobs;       // a backup ran: shaded
};

enum class TimeLabel { Minute, Day, Month };

struct Tick {
  core::Time at;
  double place = 0;  // share of the width
  TimeLabel label = TimeLabel::Minute;
};

// Graphs that share one time axis. Its id is "history". Live: topic "history:<host id>", fragment live_history.
struct History {
  std::vector<Tab> ranges;
  core::Time from;
  core::Time to;
  std::vector<Tick> ticks;
  std::vector<Chart> charts;         // empty: nothing came in this range, or only one report
  std::vector<std::string> without;  // titles of charts for which nothing came
  std::string_view single;           // of what there is only one yet: "report", "day of reports"; empty: of nothing
  Url table;
  bool has_jobs = false;  // explains the shading
};

// One moment or span of the history in figures.
struct HistoryRow {
  core::Time at;
  std::vector<std::string> values;  // one for each head; empty where nothing came
};

struct HistoryTable {
  std::vector<Tab> ranges;
  std::string step;  // "each report", "by the hour"
  std::vector<std::string> heads;
  std::vector<HistoryRow> rows;  // newest first
  Url graphs;
};

}  // namespace holdfast::web::views
