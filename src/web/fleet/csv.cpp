#include "fleet/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "fleet/show.hpp"
#include "kit/render/filters.hpp"
#include "text/time.hpp"

namespace holdfast::web {
namespace {

using fleet::FleetHost;

std::string time_cell(const std::optional<core::Time>& time) {
  return time ? text::format_time(*time) : "";
}

// One decimal is as much as a report means.
std::string number_cell(const std::optional<double>& number) {
  return number ? fmt::format("{}", std::round(*number * 10) / 10) : "";
}

std::string number_cell(const std::optional<std::uint64_t>& number) {
  return number ? fmt::format("{}", *number) : "";
}

const core::ReportFigures& figures_of(const FleetHost& host) {
  static const core::ReportFigures none;
  return host.row.report ? host.row.report->figures : none;
}

std::string health_cell(const FleetHost& host) {
  const auto& health = figures_of(host).health;
  return health ? std::string(to_text(*health)) : "";
}

struct CsvColumn {
  std::string_view name;
  std::string (*cell)(const FleetHost& host);
};

using Host = const FleetHost&;
// Numbers and times never begin like a formula, or only as the number they are: they stand as they are.
constexpr std::array kCsvColumns{
    CsvColumn{"host_id", [](Host h) { return h.row.host.id.text(); }},
    CsvColumn{"host", [](Host h) { return csv_cell(h.row.host.name); }},
    CsvColumn{"customer", [](Host h) { return csv_cell(h.row.customer_slug); }},
    CsvColumn{"customer_name", [](Host h) { return csv_cell(h.row.customer_name); }},
    CsvColumn{"status", [](Host h) { return std::string(to_text(h.row.status.state)); }},
    CsvColumn{"reason", [](Host h) { return csv_cell(h.row.status.reason()); }},
    CsvColumn{"status_since", [](Host h) { return time_cell(h.row.status.since); }},
    CsvColumn{"paused_until", [](Host h) { return time_cell(h.row.pause ? h.row.pause->until : std::nullopt); }},
    CsvColumn{"pause_reason", [](Host h) { return csv_cell(h.row.pause ? h.row.pause->reason : ""); }},
    CsvColumn{"tags", [](Host h) { return csv_cell(filters::join(h.row.tags, " ")); }},
    CsvColumn{"kind", [](Host h) { return std::string(h.row.host.enrolled ? "agent" : "report"); }},
    CsvColumn{"connected", [](Host h) { return std::string(h.presence ? "true" : "false"); }},
    CsvColumn{"last_seen", [](Host h) { return time_cell(last_seen(h.row.host, h.presence, h.row.report)); }},
    CsvColumn{"last_report",
              [](Host h) { return time_cell(h.row.report ? std::optional(h.row.report->at) : std::nullopt); }},
    CsvColumn{"hostname", [](Host h) { return csv_cell(h.row.host.facts.hostname); }},
    CsvColumn{"os", [](Host h) { return csv_cell(h.row.host.facts.os); }},
    CsvColumn{"kernel", [](Host h) { return csv_cell(h.row.host.facts.kernel); }},
    CsvColumn{"arch", [](Host h) { return csv_cell(h.row.host.facts.arch); }},
    CsvColumn{"address", [](Host h) { return csv_cell(h.row.host.facts.address); }},
    CsvColumn{"agent_version", [](Host h) { return csv_cell(h.row.host.facts.agent_version); }},
    CsvColumn{"controller_version",
              [](Host h) { return csv_cell(h.row.report ? h.row.report->controller_version : ""); }},
    CsvColumn{"restic_version", [](Host h) { return csv_cell(h.row.host.facts.restic_version); }},
    CsvColumn{"last_backup", [](Host h) { return time_cell(h.row.status.protected_at); }},
    CsvColumn{"next_backup", [](Host h) { return time_cell(figures_of(h).backup_next); }},
    CsvColumn{"backup_status", [](Host h) { return csv_cell(figures_of(h).backup_status); }},
    CsvColumn{"repositories", [](Host h) { return csv_cell(filters::join(h.row.repositories, "; ")); }},
    CsvColumn{"snapshots", [](Host h) { return number_cell(figures_of(h).snapshots); }},
    CsvColumn{"repository_bytes", [](Host h) { return number_cell(figures_of(h).repository_bytes); }},
    CsvColumn{"health", [](Host h) { return health_cell(h); }},
    CsvColumn{"issues", [](Host h) { return fmt::format("{}", figures_of(h).issues); }},
    CsvColumn{"cpu_percent", [](Host h) { return number_cell(figures_of(h).cpu_percent); }},
    CsvColumn{"memory_percent", [](Host h) { return number_cell(figures_of(h).memory_percent); }},
    CsvColumn{"swap_percent", [](Host h) { return number_cell(figures_of(h).swap_percent); }},
    CsvColumn{"load", [](Host h) { return number_cell(figures_of(h).load); }},
    CsvColumn{"temperature_celsius", [](Host h) { return number_cell(figures_of(h).temperature_celsius); }},
    CsvColumn{"disk_percent", [](Host h) { return number_cell(figures_of(h).disk_percent); }},
    CsvColumn{"disk_mount", [](Host h) { return csv_cell(figures_of(h).disk_mount); }},
    CsvColumn{"disk_used_bytes", [](Host h) { return number_cell(figures_of(h).disk_used_bytes); }},
    CsvColumn{"disk_total_bytes", [](Host h) { return number_cell(figures_of(h).disk_total_bytes); }},
    CsvColumn{"containers", [](Host h) { return number_cell(figures_of(h).containers); }},
    CsvColumn{"containers_running", [](Host h) { return number_cell(figures_of(h).containers_running); }},
    CsvColumn{"containers_unhealthy", [](Host h) { return number_cell(figures_of(h).containers_unhealthy); }},
    CsvColumn{"uptime_seconds", [](Host h) { return number_cell(figures_of(h).uptime_seconds); }},
};

// Where a spreadsheet may see a new cell, whichever separator it takes; quotes hold only those together that it
// recognises.
constexpr std::string_view kCellEnds = ";\t\r\n";

// Whether a spreadsheet would take a cell with this text for a formula, also in the full-width signs of East Asia.
bool is_formula(std::string_view text) {
  constexpr std::string_view kSigns = "=+-@\t\r\n";
  constexpr std::array<std::string_view, 4> kWide{"\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};
  if (!text.empty() && kSigns.contains(text.front())) return true;
  text.remove_prefix(std::min(text.find_first_not_of(" \"'"), text.size()));
  if (text.empty()) return false;
  return kSigns.contains(text.front()) ||
         std::ranges::any_of(kWide, [text](std::string_view sign) { return text.starts_with(sign); });
}

// RFC 4180.
template <class Write>
std::string line_of(Write write) {
  std::string line;
  for (const auto& column : kCsvColumns) {
    if (&column != kCsvColumns.data()) line += ',';
    line += write(column);
  }
  return line + "\r\n";
}

}  // namespace

std::string csv_head() {
  return line_of([](const CsvColumn& column) { return std::string(column.name); });
}

std::string csv_row(const FleetHost& host) {
  return line_of([&](const CsvColumn& column) { return column.cell(host); });
}

std::string csv_cell(std::string_view text) {
  std::string cell;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins = i == 0 || kCellEnds.contains(text[i - 1]);
    if (begins && is_formula(text.substr(i))) cell += '\'';
    if (text[i] == '"') cell += '"';
    cell += text[i];
  }
  const bool plain = cell.size() == text.size() && text.find_first_of(",;\"\t\r\n") == std::string_view::npos;
  return plain ? cell : '"' + cell + '"';
}

}  // namespace holdfast::web
