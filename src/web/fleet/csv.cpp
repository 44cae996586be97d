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

struct Column {
  std::string_view name;
  std::string (*cell)(const FleetHost& host);
};

using Host = const FleetHost&;
// Numbers and times never begin like a formula, or only as the number they are: they stand as they are.
constexpr std::array kCsvColumns{
    Column{"host_id", [](Host h) { return h.row.host.id.text(); }},
    Column{"host", [](Host h) { return csv_cell(h.row.host.name); }},
    Column{"customer", [](Host h) { return csv_cell(h.row.customer_slug); }},
    Column{"customer_name", [](Host h) { return csv_cell(h.row.customer_name); }},
    Column{"status", [](Host h) { return std::string(to_text(h.row.status.state)); }},
    Column{"reason", [](Host h) { return csv_cell(h.row.status.reason()); }},
    Column{"status_since", [](Host h) { return time_cell(h.row.status.since); }},
    Column{"paused_until", [](Host h) { return time_cell(h.row.pause ? h.row.pause->until : std::nullopt); }},
    Column{"pause_reason", [](Host h) { return csv_cell(h.row.pause ? h.row.pause->reason : ""); }},
    Column{"tags", [](Host h) { return csv_cell(filters::join(h.row.tags, " ")); }},
    Column{"kind", [](Host h) { return std::string(h.row.host.enrolled ? "agent" : "report"); }},
    Column{"connected", [](Host h) { return std::string(h.presence ? "true" : "false"); }},
    Column{"last_seen", [](Host h) { return time_cell(last_seen(h.row.host, h.presence, h.row.report)); }},
    Column{"last_report",
           [](Host h) { return time_cell(h.row.report ? std::optional(h.row.report->at) : std::nullopt); }},
    Column{"hostname", [](Host h) { return csv_cell(h.row.host.facts.hostname); }},
    Column{"os", [](Host h) { return csv_cell(h.row.host.facts.os); }},
    Column{"kernel", [](Host h) { return csv_cell(h.row.host.facts.kernel); }},
    Column{"arch", [](Host h) { return csv_cell(h.row.host.facts.arch); }},
    Column{"address", [](Host h) { return csv_cell(h.row.host.facts.address); }},
    Column{"agent_version", [](Host h) { return csv_cell(h.row.host.facts.agent_version); }},
    Column{"controller_version", [](Host h) { return csv_cell(h.row.report ? h.row.report->controller_version : ""); }},
    Column{"restic_version", [](Host h) { return csv_cell(h.row.host.facts.restic_version); }},
    Column{"last_backup", [](Host h) { return time_cell(h.row.status.protected_at); }},
    Column{"next_backup", [](Host h) { return time_cell(figures_of(h).backup_next); }},
    Column{"backup_status", [](Host h) { return csv_cell(figures_of(h).backup_status); }},
    Column{"repositories", [](Host h) { return csv_cell(filters::join(h.row.repositories, "; ")); }},
    Column{"snapshots", [](Host h) { return number_cell(figures_of(h).snapshots); }},
    Column{"repository_bytes", [](Host h) { return number_cell(figures_of(h).repository_bytes); }},
    Column{"health", [](Host h) { return health_cell(h); }},
    Column{"issues", [](Host h) { return fmt::format("{}", figures_of(h).issues); }},
    Column{"cpu_percent", [](Host h) { return number_cell(figures_of(h).cpu_percent); }},
    Column{"memory_percent", [](Host h) { return number_cell(figures_of(h).memory_percent); }},
    Column{"swap_percent", [](Host h) { return number_cell(figures_of(h).swap_percent); }},
    Column{"load", [](Host h) { return number_cell(figures_of(h).load); }},
    Column{"temperature_celsius", [](Host h) { return number_cell(figures_of(h).temperature_celsius); }},
    Column{"disk_percent", [](Host h) { return number_cell(figures_of(h).disk_percent); }},
    Column{"disk_mount", [](Host h) { return csv_cell(figures_of(h).disk_mount); }},
    Column{"disk_used_bytes", [](Host h) { return number_cell(figures_of(h).disk_used_bytes); }},
    Column{"disk_total_bytes", [](Host h) { return number_cell(figures_of(h).disk_total_bytes); }},
    Column{"containers", [](Host h) { return number_cell(figures_of(h).containers); }},
    Column{"containers_running", [](Host h) { return number_cell(figures_of(h).containers_running); }},
    Column{"containers_unhealthy", [](Host h) { return number_cell(figures_of(h).containers_unhealthy); }},
    Column{"uptime_seconds", [](Host h) { return number_cell(figures_of(h).uptime_seconds); }},
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
  return line_of([](const Column& column) { return std::string(column.name); });
}

std::string csv_row(const FleetHost& host) {
  return line_of([&](const Column& column) { return column.cell(host); });
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
