#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/text.hpp"
#include "pages/show.hpp"

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

// "Debian GNU/Linux 12 (bookworm) · 10.20.2.12"
std::string facts_line(const store::HostFacts& facts) {
  if (facts.os.empty()) return facts.address;
  return facts.address.empty() ? facts.os : fmt::format("{} · {}", facts.os, facts.address);
}

std::string activity_of(const std::optional<fleet::UnfinishedJob>& job) {
  if (!job) return {};
  if (job->state == core::JobState::Queued) return "Backup queued";
  if (job->fraction <= 0) return "Backing up";
  return fmt::format("Backing up, {}%", static_cast<int>(job->fraction * 100));
}

std::optional<core::Time> last_seen(const fleet::HostOverview& overview) {
  return overview.presence ? overview.presence->heard_at : overview.host.last_seen_at;
}

std::string count_text(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

// "13 ok, 1 failed"
std::string runs_text(const std::vector<core::JobState>& runs) {
  const auto counted = [&](core::JobState state) { return std::ranges::count(runs, state); };
  std::string text;
  const auto add = [&](std::ptrdiff_t count, std::string_view word) {
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, word);
  };
  add(counted(core::JobState::Succeeded), "ok");
  add(counted(core::JobState::Partial), "partial");
  add(counted(core::JobState::Failed), "failed");
  add(counted(core::JobState::Cancelled), "cancelled");
  return text;
}

views::BackupForm show_backup_form(const fleet::HostDetail& detail) {
  const auto& overview = detail.overview;
  views::BackupForm form;
  form.host = overview.host.id.text();
  form.host_name = overview.host.name;
  form.connected = overview.presence.has_value();
  form.possible = !detail.source_groups.empty() && !detail.repositories.empty();
  if (detail.source_groups.empty())
    form.hint = "Say first what is to be backed up: add a source group.";
  else if (detail.repositories.empty())
    form.hint = "Choose first where the backups go: link a repository.";
  if (overview.current) form.running = views::Url("/jobs").segment(overview.current->id.text());
  for (const auto& repository : detail.repositories)
    form.repositories.push_back({repository.id.text(), repository.name, form.repositories.empty()});
  for (const auto& group : detail.source_groups)
    form.source_groups.push_back({group.id.text(), group.name, form.source_groups.empty()});
  form.offer_initialise = !overview.last_success_at.has_value();
  return form;
}

void show_last_run(views::HostHead& head, const fleet::HostDetail& detail) {
  const auto last = std::ranges::find_if(detail.jobs, [](const auto& job) { return core::is_final(job.state); });
  if (last == detail.jobs.end()) return;
  head.last_run = last->finished_at;
  head.last_run_status = show_job_status(*last, true);
  if (last->started_at && last->finished_at) {
    head.last_run_text = fmt::format("took {}", core::format_age(*last->finished_at - *last->started_at));
  }
}

}  // namespace

views::HostStatus show_status(core::HostState state) {
  switch (state) {
    case core::HostState::Ok:
      return views::HostStatus::Ok;
    case core::HostState::Waiting:
      return views::HostStatus::Unknown;
    case core::HostState::Paused:
      return views::HostStatus::Paused;
    case core::HostState::Warning:
      return views::HostStatus::Warning;
    case core::HostState::Down:
      return views::HostStatus::Down;
  }
  std::unreachable();
}

views::RunStrip show_runs(const std::vector<core::JobState>& runs) {
  views::RunStrip strip;
  for (const auto run : runs) strip.runs.push_back(show_run(run));
  return strip;
}

views::HostRow show_row(const fleet::HostOverview& overview, core::Time now) {
  views::HostRow row;
  row.id = overview.host.id.text();
  row.name = overview.host.name;
  row.link = views::Url("/hosts").segment(row.id);
  row.status = show_status(overview.status.state);
  row.reason = overview.status.reason;
  row.activity = activity_of(overview.current);
  row.facts = facts_line(overview.host.facts);
  row.connected = overview.presence.has_value();
  row.last_seen = last_seen(overview);
  row.runs = show_runs(overview.runs);
  row.recovery = {overview.last_success_at, std::nullopt, now};
  row.agent_version = overview.host.facts.agent_version;
  return row;
}

views::FleetBand show_band(const std::vector<fleet::HostOverview>& overviews, const views::Pulse& pulse,
                           core::Time now) {
  std::size_t silent = 0;
  std::size_t failing = 0;
  std::size_t protected_hosts = 0;
  std::size_t running = 0;
  for (const auto& overview : overviews) {
    protected_hosts += overview.last_success_at.has_value();
    running += overview.current.has_value();
    if (overview.status.state < core::HostState::Warning) continue;
    (overview.presence ? failing : silent)++;
  }
  views::FleetBand band;
  band.pulse = pulse;
  band.now = now;
  const std::string why = fmt::format("{} with backups to look at, {} not connected", failing, silent);
  if (pulse.down > 0)
    band.down_text = why;
  else if (pulse.warning > 0)
    band.warning_text = why;
  if (running > 0) band.ok_text = count_text(running, "backs up now", "back up now");
  if (pulse.unknown > 0) band.other_text = "Waiting for the agent";
  band.facts = {{"Backed up at least once",
                 fmt::format("{} of {}", protected_hosts, count_text(overviews.size(), "host", "hosts"))},
                {"Agents connected", fmt::format("{} of {}", pulse.connected, overviews.size())},
                {"Jobs not finished", std::to_string(pulse.unfinished_jobs)}};
  return band;
}

views::HostHead show_head(const fleet::HostDetail& detail, core::Time now) {
  const auto& overview = detail.overview;
  const auto& facts = overview.host.facts;
  views::HostHead head;
  head.id = overview.host.id.text();
  head.name = overview.host.name;
  head.status = show_status(overview.status.state);
  head.reason = overview.status.reason;
  if (!facts.os.empty())
    head.facts.push_back(facts.arch.empty() ? facts.os : fmt::format("{}, {}", facts.os, facts.arch));
  if (!facts.address.empty()) head.facts.push_back(facts.address);
  head.connected = overview.presence.has_value();
  head.last_seen = last_seen(overview);
  head.now = now;
  head.recovery = {overview.last_success_at, std::nullopt, now};
  head.runs = show_runs(overview.runs);
  head.runs_text = runs_text(overview.runs);
  show_last_run(head, detail);
  head.backup = show_backup_form(detail);
  return head;
}

views::SourceGroupView show_group(const store::SourceGroup& group) {
  views::SourceGroupView view{group.name, group.sources.paths, group.sources.excludes, group.sources.tags, {}};
  view.form.host = group.host.text();
  view.form.id = group.id.text();
  view.form.name = group.name;
  view.form.paths = join_lines(group.sources.paths);
  view.form.excludes = join_lines(group.sources.excludes);
  view.form.tags = join_lines(group.sources.tags);
  return view;
}

views::PendingHost show_pending(const fleet::PendingHost& pending, const std::vector<fleet::PendingHost>& all,
                                core::Time now) {
  const auto& announcement = pending.announcement;
  const auto same_name =
      std::ranges::count_if(all, [&](const auto& other) { return other.announcement.name == announcement.name; });
  views::PendingHost view;
  view.id = announcement.id.text();
  view.name = announcement.name;
  view.os = announcement.os;
  view.arch = announcement.arch;
  view.agent_version = announcement.agent_version;
  view.address = announcement.address;
  view.announced_at = announcement.announced_at;
  view.expires_at = announcement.expires_at;
  view.fingerprint = pending.fingerprint;
  view.collision = pending.name_taken ? views::Collision::KnownHost
                   : same_name > 1    ? views::Collision::OtherWaiting
                                      : views::Collision::None;
  if (pending.name_taken) view.known_host = views::Url("/").query("q", announcement.name);
  view.now = now;
  return view;
}

views::RejectedHost show_rejected(const fleet::PendingHost& rejected) {
  return {rejected.announcement.name, rejected.announcement.address, rejected.fingerprint,
          rejected.announcement.announced_at};
}

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    while (line.ends_with('\r')) line.remove_suffix(1);
    if (!core::trim(line).empty()) lines.emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string join_lines(const std::vector<std::string>& lines) {
  return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace holdfast::web
