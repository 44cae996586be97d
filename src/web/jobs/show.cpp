#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/status/accepted_backup.hpp"
#include "jobs/words.hpp"
#include "kit/render/filters.hpp"
#include "kit/show.hpp"

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;
constexpr auto kQuietAfter = 60s;

// restic still has to write what the snapshot consists of, and says nothing of that.
bool has_read_everything(const core::JobProgress& progress) {
  return progress.bytes_total > 0 && progress.bytes_done >= progress.bytes_total &&
         progress.files_done >= progress.files_total && progress.current_files.empty();
}

views::JobStatus show_running(const core::Job& job, bool connected) {
  if (!connected) return views::JobStatus::Lost;
  if (job.cancel_requested_at) return views::JobStatus::Cancelling;
  const bool finishing = job.progress && has_read_everything(*job.progress);
  return finishing ? views::JobStatus::Finishing : views::JobStatus::Running;
}

views::Throughput show_throughput(const fleet::Throughput& throughput, core::Time from, core::Time now) {
  views::Throughput shown{from, now, throughput.step(), {}};
  for (const auto& [at, bytes_per_second] : throughput.samples()) shown.samples.push_back({at, bytes_per_second});
  return shown;
}

void show_running_progress(views::JobRow& row, const core::Job& job) {
  if (job.state != core::JobState::Running || !job.progress) return;
  if (job.progress->bytes_total > 0) row.percent = static_cast<int>(job.progress->fraction * 100);
  row.remaining = job.progress->remaining;
}

template <class T>
std::string range_text(const std::vector<T>& values, std::string (*text)(T)) {
  const auto [least, most] = std::ranges::minmax(values);
  return text(least) == text(most) ? text(least) : fmt::format("{} to {}", text(least), text(most));
}

// What a host said last may be a job's own news, which the hub stores more often than that it is there.
std::optional<core::Time> last_heard(const core::Job& job, const fleet::HostOverview& host) {
  auto at = std::max(host.host.last_seen_at, job.started_at);
  if (job.progress) at = std::max(at, std::optional(job.progress->at));
  return at;
}

// Where that is changed which made a job fail.
void show_remedy(views::JobView& view) {
  if (!view.failure) return;
  const std::string_view code = view.failure->code;
  constexpr std::array<std::string_view, 7> kOfRepository{"wrong_password",     "repository_missing", "server_login",
                                                          "server_untrusted",   "server_protocol",    "unreachable",
                                                          "credentials_missing"};
  if (std::ranges::find(kOfRepository, code) != kOfRepository.end())
    view.remedy = {"Open the repository", view.repository};
  else if (code.starts_with("source") || code == "no_files" || code == "exclude_invalid")
    view.remedy = {"Open the source groups", views::Url(view.host).segment("backups")};
}

// Empty where the snapshot is what one expects of it.
std::string_view suspicion_of(core::BackupVerdict verdict) {
  if (verdict == core::BackupVerdict::Empty)
    return "There is no file in this snapshot, so it is no good backup. Check that what the source lies on is mounted.";
  if (verdict == core::BackupVerdict::Shrunken)
    return "The snapshot has fewer than half of the files of the last good backup, so it is not taken for a good one.";
  return {};
}

// What a job has grown its repository by, when it has.
std::optional<std::uint64_t> growth_of(const core::BackupOutcome& outcome) {
  return outcome.summary ? std::optional(outcome.summary->bytes_added) : std::nullopt;
}

std::optional<std::uint64_t> growth_of(const core::Job& job) {
  if (!job.result) return std::nullopt;
  return std::visit([](const auto& outcome) { return growth_of(outcome); }, job.result->outcome);
}

views::OfOperation<views::BackupJobRow> show_in_row(const core::BackupOrder&, const core::Job& job) {
  return views::BackupJobRow{growth_of(job)};
}

std::optional<core::BackupSummary> summary_of(const core::BackupOutcome& outcome) {
  return outcome.summary;
}

views::OfOperation<views::BackupJob> show_operation(const core::BackupOrder&, const core::Job& job, bool host_exists) {
  views::BackupJob backup;
  backup.source_group_name = job.source_group_name;
  backup.succeeded = show_job_status(job, true) == views::JobStatus::Done;
  if (job.result) {
    backup.summary = std::visit([](const auto& outcome) { return summary_of(outcome); }, job.result->outcome);
    const auto& failure = job.result->failure;
    backup.can_initialise = host_exists && failure && failure->code == "repository_missing";
  }
  if (job.state == core::JobState::Succeeded) backup.suspicion = suspicion_of(job.verdict);
  if (core::may_be_accepted(job.verdict, job.result))
    backup.accept = views::Url("/jobs").segment(job.id.text()).segment("accept");
  return backup;
}

}  // namespace

std::string job_title(const core::Job& job) {
  const auto noun = words_of(core::operation_of(job.order)).noun;
  return job.host_name.empty() ? fmt::format("{} of a deleted host", noun) : fmt::format("{} {}", noun, job.host_name);
}

views::JobStatus show_job_status(const core::Job& job, bool connected) {
  switch (job.state) {
    case core::JobState::Queued:
      return job.cancel_requested_at ? views::JobStatus::Cancelling : views::JobStatus::Queued;
    case core::JobState::Running:
      return show_running(job, connected);
    case core::JobState::Succeeded:
      return suspicion_of(job.verdict).empty() ? views::JobStatus::Done : views::JobStatus::Partial;
    case core::JobState::Partial:
      return views::JobStatus::Partial;
    case core::JobState::Failed:
      return views::JobStatus::Failed;
    case core::JobState::Cancelled:
      return views::JobStatus::Cancelled;
  }
  std::unreachable();
}

core::JobFilter active_jobs(std::size_t limit) {
  core::JobFilter filter;
  filter.states = {core::JobState::Queued, core::JobState::Running};
  filter.order = core::JobListOrder::RunningFirst;
  filter.limit = limit;
  return filter;
}

views::JobRow show_job_row(const core::Job& job, bool connected, core::Time now) {
  views::JobRow row;
  row.id = job.id.text();
  row.link = views::Url("/jobs").segment(row.id);
  row.status = show_job_status(job, connected);
  row.title = job_title(job);
  row.detail = job.source_group_name;
  if (job.result && job.result->failure) {
    const auto& why = job.result->failure->message;
    row.detail = row.detail.empty() ? why : fmt::format("{}: {}", row.detail, why);
    row.detail_is_problem = job.state != core::JobState::Cancelled;
  }
  row.repository = job.repository_name;
  row.created_at = job.created_at;
  row.started_at = job.started_at;
  row.finished_at = job.finished_at;
  row.waiting_reason = job.waiting_reason;
  row.operation = std::visit([&](const auto& order) { return show_in_row(order, job); }, job.order);
  row.requested_by = job.requested_by;
  row.now = now;
  show_running_progress(row, job);
  return row;
}

std::optional<views::WaitsFor> show_waits_for(const core::Job& job, const std::vector<core::Job>& others) {
  if (job.state != core::JobState::Queued) return std::nullopt;
  const auto first = std::ranges::find_if(others, [&](const core::Job& other) {
    return other.state == core::JobState::Running && other.host == job.host && other.repository == job.repository;
  });
  if (first == others.end()) return std::nullopt;
  return views::WaitsFor{
      fmt::format("the {} of {}", words_of(core::operation_of(first->order)).inside, first->host_name),
      views::Url("/jobs").segment(first->id.text()), first->started_at.value_or(first->created_at)};
}

std::vector<views::JobRow> show_active_rows(const std::vector<core::Job>& unfinished, const fleet::Agents& agents,
                                            core::Time now) {
  std::vector<views::JobRow> rows;
  for (const auto& job : unfinished) {
    const bool connected = agents.is_connected(job.host);
    rows.push_back(show_job_row(job, connected, now));
    if (connected) rows.back().waits_for = show_waits_for(job, unfinished);
  }
  return rows;
}

std::vector<views::Fact> show_usual(const std::vector<core::Job>& jobs) {
  std::vector<core::milliseconds> times;
  std::vector<std::uint64_t> growth;
  for (const auto& job : jobs) {
    if (job.state != core::JobState::Succeeded || !job.started_at || !job.finished_at) continue;
    times.push_back(*job.finished_at - *job.started_at);
    if (const auto bytes = growth_of(job)) growth.push_back(*bytes);
  }
  std::vector<views::Fact> facts;
  if (times.size() > 1) facts.push_back({"Usual time", range_text(times, filters::duration)});
  if (growth.size() > 1) facts.push_back({"Usual growth", range_text(growth, filters::bytes)});
  return facts;
}

views::JobView show_job(const core::Job& job, const std::optional<fleet::HostOverview>& host,
                        const fleet::Throughput& throughput, core::Time now) {
  const bool connected = host && host->presence;
  views::JobView view;
  view.id = job.id.text();
  view.status = show_job_status(job, connected);
  view.title = job_title(job);
  view.words = words_of(core::operation_of(job.order));
  view.host_name = job.host_name;
  view.host = host_url(job.host);
  view.repository_name = job.repository_name;
  view.repository = views::Url("/repositories").segment(job.repository.text());
  view.requested_by = job.requested_by;
  view.created_at = job.created_at;
  view.started_at = job.started_at;
  view.finished_at = job.finished_at;
  view.now = now;
  view.waiting_reason = job.waiting_reason;
  view.progress = job.progress;
  if (view.running()) view.throughput = show_throughput(throughput, job.started_at.value_or(job.created_at), now);
  const bool works = view.status == views::JobStatus::Running || view.status == views::JobStatus::Finishing;
  if (works && job.progress && now - job.progress->at > kQuietAfter) view.quiet_since = job.progress->at;
  if (view.status == views::JobStatus::Lost && host) view.agent_lost_at = last_heard(job, *host);
  view.cancelled_by = job.cancel_requested_by;
  if (job.result) {
    view.failure = job.result->failure;
    if (host) show_remedy(view);
    view.restic_version = job.result->restic_version;
  }
  view.operation =
      std::visit([&](const auto& order) { return show_operation(order, job, host.has_value()); }, job.order);
  view.suspicious = job.state == core::JobState::Succeeded && view.status == views::JobStatus::Partial;
  view.can_cancel = !core::is_final(job.state) && !job.cancel_requested_at;
  view.can_retry = core::is_final(job.state) && host.has_value();
  return view;
}

}  // namespace holdfast::web
