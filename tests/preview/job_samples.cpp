#include <fmt/format.h>

#include "jobs/words.hpp"
#include "kit/render/events.hpp"
#include "samples.hpp"
#include "templates.hpp"

namespace holdfast::preview {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::uint64_t kMiB = 1024 * 1024;
constexpr std::uint64_t kGiB = 1024 * kMiB;
constexpr std::string_view kJob = "01JD0000000000000000J08F2K";
constexpr core::seconds kSoFar{674};      // the running job began so long ago
constexpr core::seconds kWhole{18 * 60};  // and takes so long
constexpr core::seconds kEndedAgo{20};
constexpr std::uint64_t kBytes = 62 * kGiB + 219 * kMiB;
constexpr std::uint64_t kFiles = 1284907;
constexpr std::uint64_t kGrowth = 2867 * kMiB;

// What stands in a log.
enum class LogKind { Clean, ReadProblems, Locked };
constexpr std::string_view kLockHolder = "process 4411 on k3s-node-1";

WaitsFor waiting_for_running() {
  return {"the backup of app-01", Url("/jobs").segment(kJob), before(kSoFar)};
}

web::views::BackupJob& backup_of(JobView& view) {
  return std::get<web::views::BackupJob>(view.operation);
}

JobView job(JobStatus status, core::seconds took = kSoFar) {
  const HostRow& host = host_row("app-01");
  JobView view;
  view.id = kJob;
  view.status = status;
  view.title = fmt::format("Backup {}", host.name);
  view.words = web::words_of(core::Operation::Backup);
  view.host_name = host.name;
  view.host = host.link;
  view.repository_name = host.repositories.front();
  view.repository = Url("/repositories").segment(view.repository_name);
  backup_of(view).source_group_name = "app data";
  backup_of(view).succeeded = status == JobStatus::Done;
  view.requested_by = "Márta Kovács";
  view.now = now();
  if (view.finished()) view.finished_at = before(kEndedAgo);
  const auto started = view.finished_at.value_or(now()) - took;
  if (status != JobStatus::Queued) view.started_at = started;
  view.created_at = started - core::seconds(2);
  view.restic_version = view.finished() ? kRestic : "";
  view.can_cancel = !view.finished();
  view.can_retry = view.finished();
  return view;
}

// Slow for a while, and with a gap: the agent was away. The average is what the whole takes.
Throughput throughput(const JobView& job, core::seconds silent) {
  constexpr std::uint64_t kSamples = 84;
  const auto end = now() - silent;
  Throughput result{*job.started_at, now(), (end - *job.started_at) / kSamples, {}};
  for (std::uint64_t i = 1; i < kSamples; ++i) {
    const std::uint64_t rate = 52 + i * 37 % 23 - (i > 55 && i < 66 ? 34 : 0);
    if (i < 30 || i > 38) result.samples.push_back({result.from + i * result.step, rate * kMiB});
  }
  return result;
}

core::BackupSummary summary() {
  return {.snapshot_id = "9f31c0de52aa417f8d3b6f0e1c2a9b7755dd01f2c3e4a5b69788aabbccddeeff",
          .files_new = 1204,
          .files_changed = 388,
          .files_unmodified = kFiles - 1204 - 388,
          .bytes_added = kGrowth,
          .bytes_processed = kBytes,
          .files_processed = kFiles,
          .duration_seconds = static_cast<double>(kWhole.count())};
}

// Of a job that was last heard of `silent` ago, when it was as far as the running one is.
JobView running_job(core::seconds silent = {}) {
  JobView view = job(JobStatus::Running, kSoFar + silent);
  view.progress = core::JobProgress{.fraction = kAppPercent / 100.0,
                                    .bytes_done = kBytes * kAppPercent / 100,
                                    .bytes_total = kBytes,
                                    .files_done = 801344,
                                    .files_total = kFiles,
                                    .errors = 2,
                                    .bytes_per_second = 57 * kMiB,
                                    .remaining = kAppLeft,
                                    .current_files = {"/srv/app/uploads/2026/11/scan-20261119-0841.pdf",
                                                      "/var/lib/docker/volumes/app_media/_data/orig/f1/9c/88e1.tiff"},
                                    .at = now() - silent};
  view.throughput = throughput(view, silent);
  return view;
}

core::LogLine log_line(std::uint64_t number, LogKind kind) {
  using core::LogLevel;
  if (number == 1) return {1, {}, LogLevel::Info, "Backing up 3 of 3 paths to b2:hf-prod:/main with restic 0.18.1"};
  if (kind == LogKind::Locked && number == 2)
    return {2,
            {},
            LogLevel::Warning,
            fmt::format("The repository is locked by {}. Waiting for up to 10 min.", kLockHolder)};
  if (kind == LogKind::Locked)
    return {number,
            {},
            LogLevel::Error,
            "Fatal: unable to create lock in backend: repository is already locked by PID 4411 on k3s-node-1 by root "
            "(UID 0, GID 0)"};
  if (kind == LogKind::ReadProblems && number == 8)
    return {8, {}, LogLevel::Error, "/srv/app/cache/<b>tmp</b>-88213.lock: permission denied"};
  if (kind == LogKind::ReadProblems && number == 11)
    return {11, {}, LogLevel::Error, "/var/lib/docker/volumes/mail_spool/_data/queue/4471: permission denied"};
  if (number == 5) return {5, {}, LogLevel::Info, "/srv/app/cache/tmp-88301.part was gone before restic could read it"};
  return {
      number, {}, LogLevel::Info, fmt::format("uploaded pack {:08x} (16.1 MiB)", number * 2654435761u % 0xffffffffu)};
}

LogLines sample_log(const JobView& job, std::size_t lines, LogKind kind) {
  LogLines log;
  for (std::uint64_t number = 1; number <= lines; ++number) {
    log.lines.push_back(log_line(number, kind));
    log.lines.back().time = job.started_at.value_or(job.created_at) + core::seconds(number);
    if (kind == LogKind::Locked && number == lines) log.lines.back().time = *job.finished_at;
  }
  return log;
}

JobPage job_page(JobView view, std::size_t lines, LogKind kind = LogKind::Clean) {
  JobPage result;
  result.page = page("Backup app-01", Section::Jobs);
  result.log = sample_log(view, lines, kind);
  if (!view.finished())
    result.page.stream = Url("/ui/stream")
                             .query("topics", fmt::format("pulse,job:{},log:{}", kJob, kJob))
                             .query("after", result.log.last_sequence());
  result.job = std::move(view);
  result.download = Url("/jobs").segment(kJob).segment("log.txt");
  result.earlier = strip(kAppRuns.substr(0, 14));
  result.earlier_jobs = app_jobs();
  result.earlier_jobs.erase(result.earlier_jobs.begin());
  for (JobRow& row : result.earlier_jobs) row.title.clear();
  result.usual = {{"Usual time", "17\u00a0min to 20\u00a0min"}, {"Usual growth", "2.61\u00a0GiB to 3.05\u00a0GiB"}};
  return result;
}

Preview show(std::string name, const JobPage& view) {
  Preview result{std::move(name), {}};
  web::render_job_page(result.html, view);
  return result;
}

JobView with_failure(JobStatus status, core::seconds took, core::JobFailure failure) {
  JobView view = job(status, took);
  view.failure = std::move(failure);
  return view;
}

std::vector<Preview> final_states() {
  JobView done = job(JobStatus::Done, kWhole);
  backup_of(done).summary = summary();
  JobView partial =
      with_failure(JobStatus::Partial, kWhole,
                   {"sources_unreadable", "2 files or folders could not be read; the snapshot has the rest.",
                    "See the log for their names; give the agent the right to read them, or exclude them.",
                    log_line(8, LogKind::ReadProblems).text});
  backup_of(partial).summary = summary();
  const JobView failed = with_failure(
      JobStatus::Failed, minutes(10),
      {"locked", fmt::format("The repository is locked by {}.", kLockHolder),
       fmt::format("Wait until {} has ended, then back up again; if it no longer runs, remove its lock with \"restic "
                   "unlock\" there.",
                   kLockHolder),
       log_line(3, LogKind::Locked).text});
  JobView cancelled = job(JobStatus::Cancelled, minutes(3));
  cancelled.cancelled_by = "Dániel";
  JobPage trimmed = job_page(done, 40);
  trimmed.older = Url("/jobs/1/log").query("before", std::uint64_t{1});
  trimmed.whole = Url("/jobs/1").query("log", "all");
  return {show("job-done", trimmed), show("job-partial", job_page(partial, 17, LogKind::ReadProblems)),
          show("job-failed", job_page(failed, 3, LogKind::Locked)), show("job-cancelled", job_page(cancelled, 9))};
}

JobView finishing_job() {
  JobView view = running_job();
  view.status = JobStatus::Finishing;
  view.started_at = now() - kWhole;
  view.created_at = *view.started_at - core::seconds(2);
  view.throughput = throughput(view, {});
  view.progress->fraction = 1;
  view.progress->bytes_done = view.progress->bytes_total;
  view.progress->files_done = view.progress->files_total;
  view.progress->remaining.reset();
  view.progress->current_files.clear();
  return view;
}

std::vector<Preview> active_states() {
  JobView queued = job(JobStatus::Queued, minutes(2));
  queued.id = "01JD0000000000000000Q6C41T";
  backup_of(queued).source_group_name = "system";
  queued.waits_for = waiting_for_running();
  JobView scanning = job(JobStatus::Running, core::seconds(9));
  scanning.progress = core::JobProgress{.fraction = 0,
                                        .bytes_done = 300 * kMiB,
                                        .bytes_total = 0,
                                        .files_done = 20111,
                                        .files_total = 0,
                                        .errors = 0,
                                        .bytes_per_second = 0,
                                        .remaining = {},
                                        .current_files = {},
                                        .at = now()};
  JobView cancelling = running_job();
  cancelling.status = JobStatus::Cancelling;
  cancelling.can_cancel = false;
  JobView lost = running_job(minutes(4));
  lost.status = JobStatus::Lost;
  lost.agent_lost_at = lost.progress->at;
  JobView quiet = running_job(core::seconds(75));
  quiet.quiet_since = quiet.progress->at;
  quiet.progress->remaining.reset();
  using enum LogKind;
  return {show("job-queued", job_page(queued, 0)),
          show("job-scanning", job_page(scanning, 3)),
          show("job", job_page(running_job(), 17, ReadProblems)),
          show("job-finishing", job_page(finishing_job(), 17, ReadProblems)),
          show("job-cancelling", job_page(cancelling, 17, ReadProblems)),
          show("job-agent-lost", job_page(lost, 12, ReadProblems)),
          show("job-quiet", job_page(quiet, 12, ReadProblems))};
}

// Those that ended, newest first.
std::vector<JobRow> finished_rows() {
  JobRow partial = job_row("Backup git-forge", JobStatus::Partial, minutes(410));
  partial.detail = kSomeUnreadable;
  partial.detail_is_problem = true;
  return {job_row("Backup monitor-01", JobStatus::Done, minutes(270)),
          partial,
          job_row("Backup app-02", JobStatus::Done, minutes(440)),
          pg_jobs().front(),
          job_row("Backup pi-garage", JobStatus::Cancelled, hours(16)),
          job_row("Backup web-lb-01", JobStatus::Done, hours(190))};
}

std::vector<Tab> state_tabs(std::optional<std::size_t> active) {
  const auto of = [](std::string_view state) { return Url("/jobs").query("state", state); };
  return {{"All", Url("/jobs"), {}, true},      {"Active", of("active"), active, false},
          {"Failed", of("failed"), {}, false},  {"Partial", of("partial"), {}, false},
          {"Done", of("succeeded"), {}, false}, {"Cancelled", of("cancelled"), {}, false}};
}

std::optional<std::uint64_t>& added(JobRow& row) {
  return std::get<web::views::BackupJobRow>(row.operation).bytes_added;
}

// Without any job.
JobsPage no_jobs() {
  JobsPage view;
  view.page = page("Jobs", Section::Jobs);
  view.page.stream = Url("/ui/stream").query("topics", "pulse,jobs");
  view.page.pulse.unfinished_jobs = 0;
  view.summary = "No running jobs";
  view.tabs = state_tabs({});
  view.all = Url("/jobs");
  return view;
}

JobsPage jobs() {
  JobsPage view = no_jobs();
  view.page.pulse.unfinished_jobs = kUnfinishedJobs;
  view.summary = "2 running, 1 queued";
  view.tabs = state_tabs(kUnfinishedJobs);
  JobRow queued = job_row("Backup app-01", JobStatus::Queued, minutes(2));
  queued.detail = "system";
  queued.waits_for = waiting_for_running();
  JobRow scanning = job_row("Backup nas-attic", JobStatus::Running, minutes(1));
  scanning.detail = "home";
  scanning.percent.reset();
  scanning.remaining.reset();
  view.active.jobs = {app_jobs().front(), scanning, queued};
  view.finished = finished_rows();
  view.pager.from = 1;
  view.pager.to = view.pager.total = view.finished.size();
  view.pager.what = "finished jobs";
  return view;
}

// The last page: no running jobs.
JobsPage later_jobs() {
  JobsPage view = jobs();
  view.page.stream = {};
  view.active.jobs.clear();
  view.pager.first = view.pager.previous = Url("/jobs");
  view.pager.from += 2850;
  view.pager.to = view.pager.total = 2850 + view.finished.size();
  return view;
}

Preview show(std::string name, const JobsPage& view) {
  Preview result{std::move(name), {}};
  web::render_jobs_page(result.html, view);
  return result;
}

std::vector<Preview> list_states() {
  JobsPage filtered = no_jobs();
  filtered.page.stream = {};
  filtered.page.pulse.unfinished_jobs = kUnfinishedJobs;
  filtered.filtered = true;
  filtered.host_name = "new-kiosk";
  JobsPage failed = jobs();
  failed.summary.clear();
  failed.tabs = state_tabs({});
  failed.failure =
      Failure{"Jobs could not be loaded", "The database did not answer within 5 s.", "01JD8f2c1d", Url("/jobs")};
  return {show("jobs", jobs()), show("jobs-later", later_jobs()), show("jobs-none", no_jobs()),
          show("jobs-filtered-empty", filtered), show("jobs-failed", failed)};
}

}  // namespace

JobRow job_row(std::string title, JobStatus status, core::seconds age, core::seconds took) {
  const HostRow& host = host_row(std::string_view(title).substr(title.find(' ') + 1));
  JobRow row;
  row.id = fmt::format("01JD{:0>22}", age.count());
  row.link = Url("/jobs").segment(row.id);
  row.status = status;
  row.title = std::move(title);
  row.detail = "app data";
  row.repository = host.repositories.front();
  if (status > JobStatus::Lost) row.finished_at = before(age);
  row.created_at = row.finished_at ? before(age + took) : before(age);
  row.requested_by = "Márta Kovács";
  row.now = now();
  if (status != JobStatus::Queued) row.started_at = row.created_at;
  if (status == JobStatus::Running) {
    row.percent = kAppPercent;
    row.remaining = kAppLeft;
  }
  if (status == JobStatus::Done || status == JobStatus::Partial) added(row) = kGrowth;
  return row;
}

std::vector<JobRow> app_jobs() {
  JobRow running = job_row("Backup app-01", JobStatus::Running, kSoFar);
  running.id = kJob;
  running.link = Url("/jobs").segment(kJob);
  return {running, job_row("Backup app-01", JobStatus::Done, kAppAge, kWhole),
          job_row("Backup app-01", JobStatus::Done, kAppAge + hours(24), kWhole + minutes(2)),
          job_row("Backup app-01", JobStatus::Done, kAppAge + hours(48), kWhole - core::seconds(22))};
}

// Each night the system first, and then its databases.
std::vector<JobRow> pg_jobs() {
  constexpr std::string_view kTitle = "Backup pg-primary";
  std::vector<JobRow> rows;
  for (int night = 0; night < 3; ++night) {
    const auto took = night == 0 ? kPgTook : minutes(27);
    const auto status = night == 0 ? JobStatus::Failed : JobStatus::Done;
    rows.push_back(job_row(std::string(kTitle), status, kPgStarted + hours(24 * night) - took, took));
    rows.back().detail = night == 0 ? kUnreachable : "postgres";
    rows.back().detail_is_problem = night == 0;
    rows.push_back(
        job_row(std::string(kTitle), JobStatus::Done, kPgStarted + minutes(1) + hours(24 * night), minutes(4)));
    rows.back().detail = "system";
    added(rows.back()) = 14 * kMiB;
  }
  return rows;
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
  view = job(JobStatus::Done, kWhole);
  backup_of(view).summary = summary();
  html.clear();
  web::render_live_job(html, view);
  events.push_back({"job-done", web::fragment_event(html)});
  return events;
}

}  // namespace holdfast::preview
