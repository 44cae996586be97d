#include "hosts/show.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "core/jobs/backup.hpp"
#include "core/reports/report.hpp"
#include "core/status/status_cause.hpp"
#include "fleet/show.hpp"
#include "kit/facts.hpp"
#include "kit/render/filters.hpp"
#include "kit/show.hpp"
#include "text/duration.hpp"
#include "text/utf8.hpp"

namespace holdfast::web {
namespace {

// "13 ok, 1 failed"
std::string runs_text(const std::vector<core::JobState>& runs) {
  std::vector<std::string> parts;
  constexpr std::pair<core::JobState, std::string_view> kWords[] = {{core::JobState::Succeeded, "ok"},
                                                                    {core::JobState::Partial, "partial"},
                                                                    {core::JobState::Failed, "failed"},
                                                                    {core::JobState::Cancelled, "cancelled"}};
  for (const auto& [state, word] : kWords) {
    const auto count = std::ranges::count(runs, state);
    if (count > 0) parts.push_back(fmt::format("{} {}", count, word));
  }
  return parts.empty() ? "no runs yet" : filters::join(parts, ", ");
}

views::BackupForm show_backup_form(const fleet::HostDetail& detail) {
  const auto& overview = detail.overview;
  views::BackupForm form;
  form.host = overview.host.id.text();
  form.host_name = overview.host.name;
  form.connected = overview.presence.has_value();
  form.possible = !detail.source_groups.empty() && !detail.repositories.empty();
  if (detail.source_groups.empty())
    form.hint = "Add a source group first.";
  else if (detail.repositories.empty())
    form.hint = "Link a repository first.";
  if (overview.current) form.running = views::Url("/jobs").segment(overview.current->id.text());
  for (const auto& repository : detail.repositories)
    form.repositories.push_back({repository.id.text(), repository.name, form.repositories.empty()});
  for (const auto& group : detail.source_groups)
    form.source_groups.push_back({group.id.text(), group.name, form.source_groups.empty()});
  const auto is_new = [&](const auto& repository) {
    return std::ranges::none_of(detail.jobs, [&](const auto& job) {
      const bool good = job.state == core::JobState::Succeeded || job.state == core::JobState::Partial;
      return good && job.repository == repository.id;
    });
  };
  for (const auto& repository : detail.repositories)
    if (is_new(repository)) form.initialise.push_back({repository.id.text(), repository.name, !repository.existing});
  return form;
}

views::JobStatus status_of_word(core::BackupWord word) {
  switch (word) {
    case core::BackupWord::Good:
      return views::JobStatus::Done;
    case core::BackupWord::Partial:
      return views::JobStatus::Partial;
    case core::BackupWord::Failed:
      return views::JobStatus::Failed;
    case core::BackupWord::Running:
      return views::JobStatus::Running;
    case core::BackupWord::Unknown:
      break;
  }
  return views::JobStatus::Unknown;
}

// The last job; of a host without an agent, what it reports of its own backups.
void show_last_run(views::HostHead& head, const fleet::HostDetail& detail) {
  const auto last = std::ranges::find_if(detail.jobs, [](const auto& job) { return core::is_final(job.state); });
  if (last != detail.jobs.end()) {
    head.last_run = last->finished_at;
    head.last_run_status = show_job_status(*last, true);
    if (last->started_at && last->finished_at)
      head.last_run_text = fmt::format("took {}", filters::duration(*last->finished_at - *last->started_at));
    return;
  }
  const auto& report = detail.overview.report;
  if (!report || report->figures.backup_status.empty()) return;
  const auto word = core::read_backup_word(report->figures.backup_status);
  head.last_run = report->figures.backup_run_at ? report->figures.backup_run_at : report->at;
  head.last_run_status = status_of_word(word);
  head.last_run_text = fmt::format("it says “{}”", text::truncate_utf8(report->figures.backup_status, 40));
}

void show_report(views::HostHead& head, const fleet::HostOverview& overview) {
  const auto& report = overview.report;
  if (!report) return;
  head.last_report = report->at;
  head.clock_ahead = report->clock_ahead;
  head.clock_behind = report->clock_behind.has_value();
  head.next_run = report->figures.backup_next;
  if (report->figures.snapshots) {
    head.snapshots_text = filters::plural(*report->figures.snapshots, "snapshot", "snapshots");
    if (report->figures.repository_bytes)
      head.snapshots_text += ", " + filters::bytes(*report->figures.repository_bytes);
  }
}

// What it was, and when the next one is expected.
std::string outcome_of(const core::Ping& ping) {
  std::string text = "success";
  if (ping.kind == core::PingKind::Start) text = "started";
  if (ping.kind == core::PingKind::Failure) text = "failure";
  if (!ping.detail.empty()) text += ", " + ping.detail;
  if (ping.every.count() > 0) text += fmt::format("; expected every {}", text::format_duration(ping.every));
  return text;
}

bool is_known_by_pings_only(const fleet::HostOverview& overview) {
  return !overview.host.enrolled && overview.ping && !overview.report;
}

std::string reporter_text(const fleet::HostOverview& overview) {
  if (is_known_by_pings_only(overview)) return outcome_of(*overview.ping);
  if (overview.host.enrolled && !overview.host.facts.agent_version.empty())
    return "agent " + overview.host.facts.agent_version;
  if (overview.report && !overview.report->controller_version.empty())
    return "controller " + overview.report->controller_version;
  return overview.host.enrolled ? "from its agent" : "over the API";
}

bool is_about_runs(core::StatusCause cause) {
  using enum core::StatusCause;
  return cause == Runs || cause == BackupAge || cause == Partial || cause == Suspicious || cause == SourceGroup ||
         cause == Unprotected;
}

// Why there is no recovery point.
void show_missing_recovery(views::HostHead& head, const fleet::HostDetail& detail) {
  const auto groups = detail.source_groups.size();
  const auto good = detail.last_good.size();
  head.no_recovery = "nothing could be restored yet";
  if (head.report_only) head.no_recovery = "no backup reported";
  if (head.pings_only) head.no_recovery = "no successful ping";
  if (!detail.overview.host.needs_backup) head.no_recovery = "no backup needed";
  head.incomplete = !head.report_only && good > 0 && good < groups;
  if (!head.incomplete) return;
  head.no_recovery =
      fmt::format("{} of {} source groups {} no backup", groups - good, groups, groups - good == 1 ? "has" : "have");
}

void show_pings(views::HostHead& head, const fleet::HostOverview& overview) {
  head.pings_only = is_known_by_pings_only(overview);
  if (!head.pings_only) return;
  head.last_ping = overview.ping->at;
  head.runs_text = "not known to the hub";
}

void show_trouble(views::HostHead& head, const fleet::HostDetail& detail) {
  const auto cause = detail.overview.status.cause();
  head.trouble = head.status == views::HostStatus::Down || head.status == views::HostStatus::Warning;
  head.silent = head.trouble && cause == core::StatusCause::Silence;
  head.tokenless = head.trouble && cause == core::StatusCause::Token;
  if (!head.trouble || !is_about_runs(cause)) return;
  const auto last = std::ranges::find_if(detail.jobs, [](const auto& job) { return core::is_final(job.state); });
  if (last == detail.jobs.end() || last->state == core::JobState::Cancelled) return;
  if (!last->result || !last->result->failure) return;
  const auto& failure = *last->result->failure;
  head.cause = failure.next_step.empty() ? failure.message : fmt::format("{} {}", failure.message, failure.next_step);
  head.failed_job = views::Url("/jobs").segment(last->id.text());
}

// What to do goes into the callout of the status where that tells of the same; nothing is told by two.
void join_notices(views::HostHead& head, core::StatusCause cause, bool needs_backup) {
  using enum core::StatusCause;
  if (!head.report_only && needs_backup && !head.backup.possible) head.hint = head.backup.hint;
  if (!head.trouble) return;
  if (cause == Silence) head.refusal = {};
  if (!head.cause.empty()) return;
  if (cause == Unprotected || cause == SourceGroup) head.cause = std::exchange(head.hint, {});
  if (cause == Health && std::exchange(head.clock_behind, false))
    head.cause = "Its reports count from when they arrived. Check its time synchronisation and time zone.";
}

// "web1-7f3k in restic": by which name restic knows it in its repositories, where that is not its name here. Of several
// names each says where.
std::vector<std::string> other_names(const fleet::HostDetail& detail) {
  std::map<std::string, std::vector<std::string>> places;
  for (const auto& [id, name] : detail.snapshot_hosts) {
    auto& repositories = places[name];
    const auto linked = std::ranges::find(detail.repositories, id, &core::Repository::id);
    if (linked != detail.repositories.end()) repositories.push_back(linked->name);
  }
  std::vector<std::string> texts;
  for (const auto& [name, repositories] : places) {
    if (places.size() == 1 || repositories.empty())
      texts.push_back(fmt::format("{} in restic", name));
    else
      texts.push_back(fmt::format("{} in restic ({})", name, filters::join(repositories, ", ")));
  }
  if (places.size() == 1 && places.contains(detail.overview.host.name)) texts.clear();
  return texts;
}

}  // namespace

std::optional<views::PauseState> show_pause(const fleet::HostOverview& overview) {
  const auto& pause = overview.pause ? overview.pause : overview.customer_pause;
  if (!pause) return std::nullopt;
  return views::PauseState{pause->until, pause->reason, pause->by, !overview.pause};
}

views::HostHead show_head(const fleet::HostDetail& detail, const HostContext& context) {
  const auto& overview = detail.overview;
  const auto& facts = overview.host.facts;
  views::HostHead head;
  head.id = overview.host.id.text();
  head.name = overview.host.name;
  head.status = overview.status.state;
  head.reason = core::words_of(overview.status.findings);
  show_trouble(head, detail);
  if (!facts.os.empty())
    head.facts.push_back(facts.arch.empty() ? facts.os : fmt::format("{}, {}", facts.os, facts.arch));
  if (!facts.address.empty()) head.facts.push_back(facts.address);
  for (auto& name : other_names(detail)) head.facts.push_back(std::move(name));
  head.customer = {overview.customer.name, customer_url(overview.customer.slug)};
  for (const auto& tag : overview.tags) head.tags.push_back({tag, views::Url("/").query("q", "tag:" + tag)});
  head.report_only = !overview.host.enrolled;
  head.awaits_agent = overview.awaits_proof;
  head.revoked = overview.host.enrolled && !overview.has_bearer && !overview.awaits_proof;
  head.connected = overview.presence.has_value();
  head.last_seen = overview.presence ? overview.presence->heard_at : overview.host.last_seen_at;
  head.now = context.now;
  head.pause = show_pause(overview);
  head.recovery =
      show_recovery(overview.host, overview.status, shown_limits(overview.status.limits, context.limits), context.now);
  head.runs = show_runs(overview.runs);
  head.runs_text = runs_text(overview.runs);
  if (overview.refusal) head.refusal = {overview.refusal->at, overview.refusal->why};
  head.reporter = reporter_text(overview);
  show_report(head, overview);
  show_last_run(head, detail);
  head.backup = show_backup_form(detail);
  show_pings(head, overview);
  show_missing_recovery(head, detail);
  join_notices(head, overview.status.cause(), overview.host.needs_backup);
  return head;
}

views::HostJobs show_host_jobs(const fleet::HostDetail& detail, core::Time now) {
  views::HostJobs jobs;
  const bool connected = detail.overview.presence.has_value();
  for (const auto& job : detail.jobs) {
    jobs.jobs.push_back(show_job_row(job, connected, now));
    if (connected) jobs.jobs.back().waits_for = show_waits_for(job, detail.jobs);
  }
  return jobs;
}

views::BackupPlan show_plan(const fleet::HostDetail& detail, const std::vector<fleet::RepositoryOverview>& all) {
  views::BackupPlan plan;
  plan.host = detail.overview.host.id.text();
  plan.new_source_group.host = plan.host;
  for (const auto& group : detail.source_groups) {
    auto& shown = plan.source_groups.emplace_back(show_group(group));
    if (const auto last = detail.last_good.find(group.id); last != detail.last_good.end())
      shown.last_good = last->second;
  }
  for (const auto& repository : detail.repositories) {
    plan.repositories.push_back({repository.id.text(), repository.name, core::redact_url(repository.url),
                                 views::Url("/repositories").segment(repository.id.text()), plan.repositories.empty()});
  }
  for (const auto& overview : all) {
    const auto& repository = overview.repository;
    const auto linked = std::ranges::find(detail.repositories, repository.id, &core::Repository::id);
    if (linked == detail.repositories.end())
      plan.other_repositories.push_back({repository.id.text(), repository.name, false});
  }
  return plan;
}

namespace {

// "3 min ago: failure, exit code 3; expected every 24 h"
std::string ping_text(const std::optional<core::Ping>& ping, core::Time now) {
  if (!ping) return {};
  return fmt::format("{}: {}", filters::ago(ping->at, now), outcome_of(*ping));
}

std::string restic_text(const fleet::HostOverview& overview) {
  if (!overview.host.facts.restic_version.empty()) return overview.host.facts.restic_version;
  const bool has_connected = overview.presence || overview.host.last_seen_at;
  return has_connected ? "not found on the host" : "known once the agent connects";
}

}  // namespace

std::vector<views::Fact> show_connection(const fleet::HostOverview& overview, core::Time now) {
  Facts facts;
  const auto& host = overview.host.facts;
  // Whether an agent is connected the head of the page tells, which is live.
  if (!overview.host.enrolled)
    facts.add("Agent", is_known_by_pings_only(overview) ? "None: it only pings" : "None: it reports over the API");
  facts.add("Last ping", ping_text(overview.ping, now));
  facts.add("Address", host.address);
  if (!overview.host.enrolled) return facts.take();
  facts.add("Agent version", host.agent_version);
  facts.add("restic", restic_text(overview));
  facts.add("Host ID", overview.host.id.text());
  return facts.take();
}

}  // namespace holdfast::web
