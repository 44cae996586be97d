#include <fmt/format.h>

#include "render/events.hpp"
#include "samples.hpp"
#include "templates.hpp"

namespace holdfast::preview {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::uint64_t kMiB = 1024 * 1024;
constexpr std::uint64_t kGiB = 1024 * kMiB;
constexpr std::string_view kJob = "01JD0000000000000000J08F2K";

JobView job(JobStatus status) {
  JobView view;
  view.id = kJob;
  view.status = status;
  view.host_name = "app-01";
  view.host = Url("/hosts").segment("01JD0000000000000000000001");
  view.repository_name = "b2-prod";
  view.repository = Url("/repositories").segment("01JD0000000000000000000002");
  view.source_group_name = "app data";
  view.requested_by = "Márta Kovács";
  view.created_at = before(core::seconds(676));
  if (status != JobStatus::Queued) view.started_at = before(core::seconds(674));
  view.now = now();
  view.restic_version = "0.18.1";
  view.can_cancel = !view.finished();
  view.can_retry = view.finished();
  if (view.finished()) view.finished_at = before(core::seconds(20));
  return view;
}

// Slow for a while, and with a gap: the agent was away.
Throughput throughput(const JobView& job) {
  Throughput result{*job.started_at, now(), core::seconds(8), {}};
  for (std::uint64_t i = 1; i < 84; ++i) {
    const std::uint64_t rate = 52 + i * 37 % 23 - (i > 55 && i < 66 ? 34 : 0);
    if (i < 30 || i > 38) result.samples.push_back({result.from + i * result.step, rate * kMiB});
  }
  return result;
}

core::BackupSummary summary() {
  return {.snapshot_id = "9f31c0de52aa417f8d3b6f0e1c2a9b7755dd01f2c3e4a5b69788aabbccddeeff",
          .files_new = 1204,
          .files_changed = 388,
          .files_unmodified = 1283315,
          .bytes_added = 41 * kGiB + 200 * kMiB,
          .bytes_processed = 386 * kGiB + 219 * kMiB,
          .files_processed = 1284907,
          .duration_seconds = 654};
}

JobPage job_page(JobView view, std::size_t lines) {
  JobPage result;
  result.page = page("Backup app-01", Section::Jobs);
  result.log = sample_log(lines);
  if (!view.finished())
    result.page.stream = Url("/ui/stream")
                             .query("topics", fmt::format("pulse,job:{},log:{}", kJob, kJob))
                             .query("after", result.log.last_sequence());
  result.job = std::move(view);
  result.download = Url("/jobs").segment(kJob).segment("log.txt");
  result.earlier = strip("oooooooooooooo");
  for (int day = 1; day < 5; ++day)
    result.earlier_jobs.push_back(job_row("", day == 3 ? JobStatus::Partial : JobStatus::Done, hours(24 * day)));
  result.usual = {{"Usual time", "18\u00a0min to 24\u00a0min"}, {"Usual growth", "30.2\u00a0GiB to 46.0\u00a0GiB"}};
  return result;
}

Preview show(std::string name, const JobPage& view) {
  Preview result{std::move(name), {}};
  web::render_job_page(result.html, view);
  return result;
}

JobView with_failure(JobStatus status, core::JobFailure failure) {
  JobView view = job(status);
  view.failure = std::move(failure);
  return view;
}

std::vector<Preview> final_states() {
  JobView done = job(JobStatus::Done);
  done.summary = summary();
  JobView partial = with_failure(
      JobStatus::Partial, {"some_unreadable", "2 files could not be read.",
                           "The log names them. Give the agent the right to read them, or exclude them.",
                           "error: open /var/lib/docker/volumes/mail_spool/_data/queue/4471: permission denied"});
  partial.summary = summary();
  const JobView failed = with_failure(
      JobStatus::Failed,
      {"repository_locked", "The repository is locked by clinic-kv-nas since 17 Nov, 05:28.",
       "Wait until its job has ended, then press Retry. If that host is gone, remove the lock with restic unlock.",
       "repo already locked, waiting up to 0s for the lock\nunable to create lock in backend: repository is already "
       "locked by PID 4411 on clinic-kv-nas by root (UID 0, GID 0)"});
  JobView cancelled = job(JobStatus::Cancelled);
  cancelled.cancelled_by = "Dániel";
  JobPage trimmed = job_page(done, 40);
  trimmed.older = Url("/jobs/1/log").query("before", std::uint64_t{1});
  trimmed.whole = Url("/jobs/1").query("log", "all");
  return {show("job-done", trimmed), show("job-partial", job_page(partial, 17)),
          show("job-failed", job_page(failed, 6)), show("job-cancelled", job_page(cancelled, 9))};
}

std::vector<Preview> active_states() {
  JobView queued = job(JobStatus::Queued);
  queued.waiting_reason = "Waits for another job on the same repository, 2nd in the queue.";
  JobView scanning = job(JobStatus::Running);
  scanning.progress = core::JobProgress{.fraction = 0,
                                        .bytes_done = 2 * kGiB,
                                        .bytes_total = 0,
                                        .files_done = 20111,
                                        .files_total = 0,
                                        .errors = 0,
                                        .bytes_per_second = 0,
                                        .remaining = {},
                                        .current_files = {},
                                        .at = now()};
  JobView finishing = running_job();
  finishing.status = JobStatus::Finishing;
  finishing.progress->fraction = 1;
  finishing.progress->current_files.clear();
  JobView cancelling = running_job();
  cancelling.status = JobStatus::Cancelling;
  cancelling.can_cancel = false;
  JobView lost = running_job();
  lost.status = JobStatus::Lost;
  lost.agent_lost_at = before(minutes(4));
  JobView quiet = running_job();
  quiet.quiet_since = before(core::seconds(75));
  quiet.progress->remaining.reset();
  return {show("job-queued", job_page(queued, 0)),
          show("job-scanning", job_page(scanning, 3)),
          show("job", job_page(running_job(), 17)),
          show("job-finishing", job_page(finishing, 17)),
          show("job-cancelling", job_page(cancelling, 17)),
          show("job-agent-lost", job_page(lost, 12)),
          show("job-quiet", job_page(quiet, 12))};
}

JobsPage jobs() {
  JobsPage view;
  view.page = page("Jobs", Section::Jobs);
  view.page.stream = Url("/ui/stream").query("topics", "pulse,jobs");
  view.summary = "2 running, 1 queued";
  view.tabs = {{"All", Url("/jobs"), {}, true},
               {"Active", Url("/jobs").query("state", "active"), 3, false},
               {"Failed", Url("/jobs").query("state", "failed"), 3, false},
               {"Partial", Url("/jobs").query("state", "partial"), 2, false},
               {"Done", Url("/jobs").query("state", "done"), 61, false}};
  view.all = Url("/jobs");
  JobRow queued = job_row("Backup, law-files-01", JobStatus::Queued, minutes(2));
  queued.waiting_reason = "Waits for another job on the same repository";
  JobRow scanning = job_row("Backup, nas-attic", JobStatus::Running, minutes(1));
  scanning.percent.reset();
  scanning.remaining.reset();
  view.active.jobs = {job_row("Backup, app-01", JobStatus::Running, minutes(11)), scanning, queued};
  view.finished = finished_rows();
  view.pager.first = view.pager.previous = Url("/jobs");
  view.pager.next = view.pager.last = Url("/jobs").query("after", "01JD");
  view.pager.from = 51;
  view.pager.to = 50 + view.finished.size();
  view.pager.total = 2894;
  view.pager.what = "ended jobs";
  return view;
}

Preview show(std::string name, const JobsPage& view) {
  Preview result{std::move(name), {}};
  web::render_jobs_page(result.html, view);
  return result;
}

std::vector<Preview> list_states() {
  JobsPage none = jobs();
  none.active.jobs.clear();
  none.finished.clear();
  none.pager = {};
  JobsPage filtered = none;
  filtered.filtered = true;
  filtered.host_name = "pg-primary";
  JobsPage failed = jobs();
  failed.failure =
      Failure{"Jobs could not be loaded", "The database did not answer within 5 s.", "01JD8f2c1d", Url("/jobs")};
  return {show("jobs", jobs()), show("jobs-none", none), show("jobs-filtered-empty", filtered),
          show("jobs-failed", failed)};
}

}  // namespace

JobRow job_row(std::string title, JobStatus status, core::seconds age) {
  JobRow row;
  row.id = fmt::format("01JD{:0>22}", age.count());
  row.link = Url("/jobs").segment(row.id);
  row.status = status;
  row.title = std::move(title);
  row.detail = "app data";
  row.repository = "b2-prod";
  row.created_at = before(age);
  row.requested_by = "Márta Kovács";
  row.now = now();
  if (status == JobStatus::Running) {
    row.percent = 62;
    row.remaining = minutes(11);
  }
  if (status != JobStatus::Queued) row.started_at = before(age);
  if (status > JobStatus::Lost) row.finished_at = before(age) + minutes(6);
  if (status == JobStatus::Done) row.bytes_added = 2867 * kMiB;
  return row;
}

std::vector<JobRow> finished_rows() {
  JobRow partial = job_row("Backup, git-forge", JobStatus::Partial, hours(7));
  partial.detail = "12 files could not be read";
  partial.detail_is_problem = true;
  JobRow failed = job_row("Backup, pg-primary", JobStatus::Failed, hours(8));
  failed.detail = "The repository did not answer for 5 min";
  failed.detail_is_problem = true;
  return {job_row("Backup, app-02", JobStatus::Done, hours(1)),
          partial,
          failed,
          job_row("Backup, k3s-node-1", JobStatus::Done, hours(9)),
          job_row("Backup, dental-dc01", JobStatus::Cancelled, hours(16)),
          job_row("Backup, web-lb-01", JobStatus::Done, hours(190))};
}

JobView running_job() {
  JobView view = job(JobStatus::Running);
  view.progress = core::JobProgress{.fraction = 0.62,
                                    .bytes_done = 239 * kGiB + 512 * kMiB,
                                    .bytes_total = 386 * kGiB + 219 * kMiB,
                                    .files_done = 801344,
                                    .files_total = 1284907,
                                    .errors = 2,
                                    .bytes_per_second = 68 * kMiB,
                                    .remaining = minutes(11),
                                    .current_files = {"/srv/app/uploads/2026/11/scan-20261119-0841.pdf",
                                                      "/var/lib/docker/volumes/app_media/_data/orig/f1/9c/88e1.tiff"},
                                    .at = now()};
  view.throughput = throughput(view);
  return view;
}

LogLines sample_log(std::size_t lines) {
  LogLines log;
  for (std::uint64_t n = 1; n <= lines; ++n) {
    core::LogLine line{n, before(core::seconds(674)) + core::seconds(n), core::LogLevel::Info,
                       fmt::format("uploaded pack {:08x} (16.1 MiB)", n * 2654435761u % 0xffffffffu)};
    if (n == 4) line.text = "restic 0.18.1 backup --json --tag app --exclude-caches /srv /etc /var/lib/docker/volumes";
    if (n == 10)
      line = {n, line.time, core::LogLevel::Warning, "/srv/app/cache/tmp-88213.lock: file disappeared during backup"};
    if (n == 14)
      line = {n, line.time, core::LogLevel::Error,
              "/var/lib/docker/volumes/mail_spool/_data/<b>queue</b>/4471: permission denied"};
    log.lines.push_back(std::move(line));
  }
  return log;
}

std::vector<Preview> job_previews() {
  std::vector<Preview> all = active_states();
  for (auto& states : {final_states(), list_states()}) all.insert(all.end(), states.begin(), states.end());
  return all;
}

std::vector<Preview> event_previews() {
  std::vector<Preview> events{{"heartbeat", web::heartbeat_event()}, {"bye", web::bye_event()}};
  for (std::uint64_t n = 18; n <= 60; ++n) {
    const LogLines log{
        {{n, now(), core::LogLevel::Info, fmt::format("live line {}\r\nwith <hx-partial> \"in\" it", n)}}};
    std::string html;
    web::render_live_log(html, log);
    events.push_back({fmt::format("log-{}", n), web::fragment_event(html, n)});
  }
  JobView view = running_job();
  view.progress->fraction = 0.8;
  std::string html;
  web::render_live_job(html, view);
  Pulse pulse = page("", Section::Jobs).pulse;
  pulse.waiting_hosts = 7;
  web::render_live_pulse(html, pulse);
  events.push_back({"job", web::fragment_event(html)});
  view = job(JobStatus::Done);
  view.summary = summary();
  html.clear();
  web::render_live_job(html, view);
  events.push_back({"job-done", web::fragment_event(html)});
  return events;
}

}  // namespace holdfast::preview
