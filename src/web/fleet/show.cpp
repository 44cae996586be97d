#include "fleet/show.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/filter/filter.hpp"
#include "jobs/words.hpp"
#include "kit/render/filters.hpp"
#include "kit/show.hpp"

namespace holdfast::web {
namespace {

views::Run show_run(core::JobState state) {
  switch (state) {
    case core::JobState::Succeeded:
      return views::Run::Succeeded;
    case core::JobState::Partial:
      return views::Run::Partial;
    case core::JobState::Failed:
      return views::Run::Failed;
    case core::JobState::Cancelled:
      return views::Run::Cancelled;
    case core::JobState::Queued:
    case core::JobState::Running:
      return views::Run::Running;
  }
  std::unreachable();
}

std::string_view cause_text(core::StatusCause cause) {
  switch (cause) {
    case core::StatusCause::Silence:
      return "not reporting";
    case core::StatusCause::Health:
      return "unhealthy";
    case core::StatusCause::Containers:
      return "container trouble";
    case core::StatusCause::BackupAge:
      return "overdue";
    case core::StatusCause::Runs:
      return "backup failing";
    case core::StatusCause::Partial:
      return "partial";
    case core::StatusCause::Suspicious:
      return "suspicious backup";
    case core::StatusCause::SourceGroup:
      return "source group not backed up";
    case core::StatusCause::Unprotected:
      return "unprotected";
    case core::StatusCause::Disk:
      return "disk";
    case core::StatusCause::Token:
      return "without a valid token";
    case core::StatusCause::None:
      break;
  }
  return "other";
}

// "1 not reporting, 1 backup failing": the most frequent first.
std::string causes_text(const std::map<core::StatusCause, std::size_t>& causes) {
  std::vector<std::pair<core::StatusCause, std::size_t>> sorted(causes.begin(), causes.end());
  std::ranges::sort(sorted, [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  std::vector<std::string> parts;
  for (const auto& [cause, count] : sorted)
    parts.push_back(fmt::format("{} {}", filters::number(count), cause_text(cause)));
  return filters::join(parts, ", ");
}

std::string others_text(const views::Pulse& pulse) {
  if (pulse.paused > 0 && pulse.waiting > 0)
    return fmt::format("{} paused, {} waiting", filters::number(pulse.paused), filters::number(pulse.waiting));
  if (pulse.waiting > 0) return "No reports yet";
  return pulse.paused > 0 ? "Alerts suppressed" : "";
}

views::CellMark mark_of_state(core::HostState state) {
  switch (state) {
    case core::HostState::Ok:
      return views::CellMark::Ok;
    case core::HostState::Waiting:
      return views::CellMark::Unknown;
    case core::HostState::Paused:
      return views::CellMark::Off;
    case core::HostState::Warning:
      return views::CellMark::Warning;
    case core::HostState::Down:
      return views::CellMark::Down;
  }
  std::unreachable();
}

// As the filter's words backup:warn and backup:down have it.
views::CellMark mark_of_age(const core::FleetCell& cell, std::chrono::seconds limit, core::Time now) {
  if (!cell.backup_at || !cell.needs_backup) return views::CellMark::Unknown;
  const auto age = now - *cell.backup_at;
  if (age >= 2 * limit) return views::CellMark::Down;
  return age >= limit ? views::CellMark::Warning : views::CellMark::Ok;
}

views::CellMark mark_of_disk(const std::optional<double>& percent, const core::StatusLimits& limits) {
  if (!percent) return views::CellMark::Unknown;
  if (*percent > limits.disk_down) return views::CellMark::Down;
  return *percent >= limits.disk_warning ? views::CellMark::Warning : views::CellMark::Ok;
}

// The customer's hosts in the table, filtered further by `term`.
views::Url group_url(std::string_view slug, std::string_view term) {
  return views::Url("/").query("q", fmt::format("customer:{} {}", slug, term));
}

std::string term_of(views::CellColour colour, bool down) {
  const std::string_view word = down ? "down" : "warn";
  if (colour == views::CellColour::Backup) return fmt::format("backup:{}", word);
  return fmt::format("{}:{}", colour == views::CellColour::Disk ? "disk" : "status", word);
}

std::vector<views::Tab> colour_tabs(FleetAddress address) {
  constexpr std::pair<views::CellColour, std::string_view> kTabs[] = {{views::CellColour::Status, "Status"},
                                                                      {views::CellColour::Backup, "Backup age"},
                                                                      {views::CellColour::Disk, "Disk"}};
  std::vector<views::Tab> tabs;
  const auto present = address.colour;
  for (const auto& [colour, text] : kTabs) {
    address.colour = colour;
    tabs.push_back({std::string(text), url_of(address), std::nullopt, colour == present});
  }
  return tabs;
}

void show_row_figures(views::HostRow& row, const core::ReportState& report, const core::StatusLimits& limits) {
  const auto& figures = report.figures;
  row.cpu_now = show_metric(figures.cpu_percent);
  row.memory = show_metric(figures.memory_percent);
  row.disk = show_disk_metric(figures.disk_percent, limits);
  row.disk_mount = figures.disk_mount;
  row.containers = figures.containers;
  row.containers_running = figures.containers_running;
}

// Whether there are good backups, but not of every source group.
bool is_incomplete(const core::FleetRow& row) {
  const bool judged = row.status.state != core::HostState::Waiting;
  return row.host.enrolled && judged && !row.status.unprotected && !row.status.protected_at;
}

// How many rows have to move so that `present` becomes the order of those that both have: all but the longest run that
// is in order already.
std::size_t moved(const std::vector<std::size_t>& places) {
  std::vector<std::size_t> tails;
  for (const auto place : places) {
    const auto at = std::ranges::lower_bound(tails, place);
    if (at == tails.end())
      tails.push_back(place);
    else
      *at = place;
  }
  return places.size() - tails.size();
}

}  // namespace

views::RunStrip show_runs(const std::vector<core::JobState>& runs) {
  views::RunStrip strip;
  for (const auto run : runs) strip.runs.push_back(show_run(run));
  return strip;
}

std::string facts_line(const core::HostFacts& facts) {
  if (facts.os.empty()) return facts.address;
  return facts.address.empty() ? facts.os : fmt::format("{} · {}", facts.os, facts.address);
}

core::StatusLimits shown_limits(const std::optional<core::JudgedBy>& judged_by, core::StatusLimits hub) {
  if (!judged_by) return hub;
  hub.backup_age = judged_by->backup_age;
  hub.silence_warning = judged_by->silence_warning;
  hub.silence_down = std::max<std::chrono::seconds>(std::chrono::hours(1), judged_by->silence_warning);
  hub.disk_warning = judged_by->disk_warning;
  hub.disk_down = judged_by->disk_down;
  return hub;
}

views::RecoveryPoint show_recovery(const core::Host& host, const core::JudgedStatus& status,
                                   const core::StatusLimits& limits, core::Time now) {
  views::RecoveryPoint recovery{status.protected_at, limits.backup_age, now};
  if (status.state == core::HostState::Paused || !host.needs_backup) recovery.limit.reset();
  return recovery;
}

views::PauseState show_pause(const core::Pause& pause) {
  return {pause.until, pause.reason, pause.by};
}

views::Metric show_metric(const std::optional<double>& percent) {
  if (!percent) return {};
  return {core::whole_percent(*percent), views::Level::Calm};
}

views::Metric show_disk_metric(const std::optional<double>& percent, const core::StatusLimits& limits) {
  auto metric = show_metric(percent);
  if (!percent) return metric;
  if (*percent >= limits.disk_warning) metric.level = views::Level::Warning;
  if (*percent > limits.disk_down) metric.level = views::Level::Down;
  return metric;
}

std::string activity_of(const core::Job* job) {
  if (!job) return {};
  const auto words = words_of(core::operation_of(job->order));
  if (job->state == core::JobState::Queued) return fmt::format("{} queued", words.noun);
  if (!job->progress || job->progress->bytes_total == 0) return std::string(words.doing);
  auto text = fmt::format("{}, {}%", words.doing, static_cast<int>(job->progress->fraction * 100));
  if (job->progress->remaining) text += fmt::format(", about {} left", filters::duration(*job->progress->remaining));
  return text;
}

views::HostRow show_row(const fleet::FleetHost& host, const RowContext& context) {
  const auto& [data, presence] = host;
  views::HostRow row;
  row.id = data.host.id.text();
  row.name = data.host.name;
  row.link = views::Url("/hosts").segment(row.id);
  row.status = data.status.state;
  const bool paused = data.status.state == core::HostState::Paused;
  if (!paused) row.reason = core::words_of(data.status.findings);
  const auto job = data.current_job ? context.jobs.find(*data.current_job) : context.jobs.end();
  row.activity = activity_of(job == context.jobs.end() ? nullptr : &job->second);
  row.facts = facts_line(data.host.facts);
  if (paused && data.pause) row.pause = show_pause(*data.pause);
  row.customer = {data.customer_name, customer_url(data.customer_slug)};
  for (const auto& tag : data.tags) row.tags.push_back({tag, {}});
  row.connected = presence.has_value();
  row.report_only = !data.host.enrolled;
  row.last_report = data.report ? std::optional(data.report->at) : data.host.last_seen_at;
  row.runs = show_runs(data.runs);
  const auto limits = shown_limits(data.status.limits, context.limits);
  row.recovery = show_recovery(data.host, data.status, limits, context.now);
  if (!data.host.needs_backup)
    row.recovery_text = "none needed";
  else if (paused)
    row.recovery_text = "not expected";
  else if (is_incomplete(data))
    row.recovery_text = "Incomplete";
  if (data.report) show_row_figures(row, *data.report, limits);
  if (std::ranges::any_of(data.cpu, [](double percent) { return !std::isnan(percent); })) row.cpu = data.cpu;
  row.old = data.report && context.now - data.report->at > core::silence_warning(limits);
  row.repositories = data.repositories;
  row.version = data.host.facts.agent_version;
  if (row.version.empty() && data.report) row.version = data.report->controller_version;
  row.outdated = data.host.enrolled && !row.version.empty() && core::compare_versions(row.version, context.version) < 0;
  return row;
}

views::Pulse show_counts(const core::FleetCounts& counts) {
  views::Pulse pulse;
  pulse.down = counts.down;
  pulse.warning = counts.warning;
  pulse.ok = counts.ok;
  pulse.waiting = counts.waiting;
  pulse.paused = counts.paused;
  return pulse;
}

views::FleetBand show_band(const views::Pulse& pulse, const fleet::FleetSummary& summary, core::Time now) {
  views::FleetBand band;
  band.pulse = pulse;
  band.now = now;
  band.down_text = causes_text(summary.down_causes);
  band.warning_text = causes_text(summary.warning_causes);
  band.other_text = others_text(pulse);
  for (const auto& hour : summary.hours) band.hours.push_back({hour.succeeded, hour.partial, hour.failed});
  band.facts = {
      {"Recovery point met", fmt::format("{} of {}", filters::number(summary.within_limit),
                                         filters::plural(summary.expected, "host", "hosts"))},
      {"Reported in the last hour",
       fmt::format("{} of {}", filters::number(summary.reported), filters::number(pulse.total()))},
      {"Agents connected", fmt::format("{} of {}", filters::number(pulse.connected), filters::number(summary.agents))},
      {"Unprotected", filters::plural(summary.unprotected, "host", "hosts")}};
  return band;
}

views::CellMark mark_of(const core::FleetCell& cell, views::CellColour colour, const core::StatusLimits& limits,
                        core::Time now) {
  if (cell.state == core::HostState::Paused) return views::CellMark::Off;
  const auto shown = shown_limits(cell.limits, limits);
  if (colour == views::CellColour::Backup) return mark_of_age(cell, shown.backup_age, now);
  if (colour == views::CellColour::Disk) return mark_of_disk(cell.disk_percent, shown);
  return mark_of_state(cell.state);
}

views::FleetGrid show_grid(const std::vector<core::FleetCell>& cells, const FleetAddress& address,
                           const core::StatusLimits& limits, core::Time now) {
  views::FleetGrid grid;
  grid.colour = address.colour;
  grid.colours = colour_tabs(address);
  std::string_view slug;
  for (const auto& cell : cells) {
    if (grid.groups.empty() || slug != cell.customer_slug) {
      slug = cell.customer_slug;
      views::CellGroup group;
      group.customer = {cell.customer_name, customer_url(slug)};
      group.down_link = group_url(slug, term_of(address.colour, true));
      group.warning_link = group_url(slug, term_of(address.colour, false));
      grid.groups.push_back(std::move(group));
    }
    auto& group = grid.groups.back();
    const auto mark = mark_of(cell, address.colour, limits, now);
    group.down += mark == views::CellMark::Down;
    group.warning += mark == views::CellMark::Warning;
    group.cells.push_back({cell.host.text(), cell.name, mark, core::words_of(cell.findings), now});
  }
  return grid;
}

std::string order_change(const std::vector<core::HostId>& shown, const std::vector<core::HostId>& present) {
  std::size_t fresh = 0;
  std::vector<std::size_t> places;
  for (const auto& id : present) {
    const auto at = std::ranges::find(shown, id);
    if (at == shown.end())
      ++fresh;
    else
      places.push_back(static_cast<std::size_t>(at - shown.begin()));
  }
  const auto gone = shown.size() - places.size();
  const auto changed = std::max(fresh, gone) + moved(places);
  if (changed == 0) return {};
  if (changed == fresh && gone == 0) return fmt::format("{}.", filters::plural(fresh, "new host", "new hosts"));
  return fmt::format("Order changed for {}.", filters::plural(changed, "host", "hosts"));
}

}  // namespace holdfast::web
