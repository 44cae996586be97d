#include <fmt/format.h>

#include <algorithm>

#include "kit/render/filters.hpp"
#include "samples.hpp"
#include "templates.hpp"

namespace holdfast::preview {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// "13 ok, 1 failed"
std::string runs_text(const RunStrip& runs) {
  std::string text;
  constexpr std::pair<Run, std::string_view> kWords[] = {
      {Run::Succeeded, "ok"}, {Run::Partial, "partial"}, {Run::Failed, "failed"}};
  for (const auto& [run, word] : kWords) {
    const auto count = std::ranges::count(runs.runs, run);
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, word);
  }
  return text.empty() ? "no runs yet" : text;
}

BackupForm backup_form(const HostRow& row) {
  BackupForm form;
  form.host = row.id;
  form.host_name = row.name;
  form.possible = !row.repositories.empty();
  form.connected = row.connected;
  for (const std::string& name : row.repositories) form.repositories.push_back({name, name, form.repositories.empty()});
  return form;
}

// What the fleet has of the host, and no more.
HostHead head_of(const HostRow& row) {
  HostHead view;
  view.id = row.id;
  view.name = row.name;
  view.status = row.status;
  view.reason = row.reason;
  view.trouble = row.status == HostStatus::Down || row.status == HostStatus::Warning;
  if (const auto dot = row.facts.find(" · "); dot != std::string::npos)
    view.facts = {row.facts.substr(0, dot) + ", x86_64", row.facts.substr(dot + std::string_view(" · ").size())};
  view.customer = row.customer;
  view.tags = row.tags;
  view.report_only = row.report_only;
  view.connected = row.connected;
  view.last_seen = row.connected ? before(core::seconds(8)) : row.last_report;
  view.last_report = row.last_report;
  if (!row.version.empty()) view.reporter = fmt::format("{} {}", row.report_only ? "controller" : "agent", row.version);
  view.now = now();
  view.recovery = row.recovery;
  view.no_recovery = row.report_only ? "no backup reported" : "nothing could be restored yet";
  view.runs = row.runs;
  view.runs_text = runs_text(row.runs);
  view.backup = backup_form(row);
  return view;
}

std::vector<Tab> tabs(const HostHead& head, std::string_view current) {
  std::vector<Tab> result;
  for (const std::string_view name : {"Overview", "Backups", "Reports", "Settings"})
    if (!head.report_only || name != "Backups")
      result.push_back({std::string(name), Url("/hosts").segment(head.id).segment(name), {}, name == current});
  return result;
}

void frame_of(HostFrame& view, HostHead head, std::string_view tab) {
  view.page = page(head.name, Section::Fleet);
  view.page.stream = Url("/ui/stream").query("topics", fmt::format("pulse,host:{}", head.id));
  view.tabs = tabs(head, tab);
  view.head = std::move(head);
}

HostHead pg_head() {
  HostHead view = head_of(host_row("pg-primary"));
  view.cause = fmt::format("{} Check that the server is running and that this host can connect to it.", kUnreachable);
  view.failed_job = pg_jobs().front().link;
  view.snapshots_text = "214 snapshots, 138\u00a0GiB";
  view.last_run = pg_jobs().front().finished_at;
  view.last_run_status = JobStatus::Failed;
  view.last_run_text = fmt::format("took {}", web::filters::duration(kPgTook));
  view.next_run = before(kPgStarted) + hours(24);
  view.backup.source_groups = {{"1", "postgres", true}, {"2", "system", false}};
  return view;
}

Disk disk(std::string mount, std::string device, std::uint64_t used, std::uint64_t total, Level level) {
  constexpr std::uint64_t kGiB = 1ULL << 30U;
  Disk view;
  view.mount = std::move(mount);
  view.device = std::move(device);
  view.used = used * kGiB;
  view.total = total * kGiB;
  view.space = {static_cast<int>((used * 100 + total / 2) / total), level};
  return view;
}

std::vector<Container> pg_containers() {
  const auto curves = [](std::string_view name) { return Url("/hosts/1").query("container", name); };
  return {{"old-import",
           curves("old-import"),
           "registry.example.net/team/import-of-something-large:2024-11-03",
           "Exited",
           Level::Warning,
           {},
           {},
           {}},
          {"pg-exporter", curves("pg-exporter"), "postgres-exporter:0.17", "Running, unhealthy", Level::Warning, 4, 1,
           32505856},
          {"pgbouncer", curves("pgbouncer"), "bitnami/pgbouncer:1.24", "Running", Level::Calm, 0, 3, 88080384},
          {"postgres", curves("postgres"), "postgres:17.2", "Running, healthy", Level::Calm, 0, 22, 18683527168}};
}

// As many as the fleet counts.
std::vector<Container> app_containers() {
  std::vector<Container> containers;
  for (std::uint64_t number = 1; number <= host_row("app-01").containers.value(); ++number)
    containers.push_back({fmt::format("app-worker-{}", number), Url("/hosts/1").query("container", "app-worker"),
                          "registry.example.net/team/app:2026.11", "Running, healthy", Level::Calm, 0,
                          static_cast<int>(3 + number % 4), 412 * number * 1024 * 1024});
  return containers;
}

// With the number of containers that the fleet has.
HostFigures figures_of(const HostRow& row) {
  HostFigures view;
  view.at = row.last_report;
  view.now = now();
  view.old = row.old;
  view.containers_known = row.containers.has_value();
  view.containers_total = row.containers;
  view.containers_running = row.containers_running;
  return view;
}

HostFigures pg_figures() {
  HostFigures view = figures_of(host_row("pg-primary"));
  view.disks = {disk("/backup-staging", "sda1, ext4", 402, 458, Level::Warning),
                disk(std::string(kPgMount), "nvme1n1, xfs", 596, 931, Level::Calm),
                disk("/", "nvme0n1p2, ext4", 51, 98, Level::Calm)};
  view.disks[0].outlook = "full in about 12 days";
  view.disks[0].outlook_level = Level::Warning;
  view.containers = pg_containers();
  view.system = {{"Host name", "pg-primary"},
                 {"System", "Ubuntu 24.04"},
                 {"Kernel", "6.8.0-49-generic"},
                 {"Architecture", "x86_64"},
                 {"Processor", "8 cores, load 1.20, 1.05, 0.98"},
                 {"Memory", "23.0\u00a0GiB of 32.0\u00a0GiB"},
                 {"Swap", "410\u00a0MiB of 4.00\u00a0GiB"},
                 {"Temperature", "54 °C"},
                 {"Up", "41\u00a0d 6\u00a0h"}};
  return view;
}

Curves curves_of(const HostRow& row) {
  const auto count = [](const std::optional<std::uint64_t>& containers) {
    return containers ? static_cast<int>(*containers) : -1;
  };
  return {row.cpu_now.percent.value_or(0),
          row.memory.percent.value_or(0),
          {{row.disk_mount, row.disk.percent.value_or(0)}},
          count(row.containers_running),
          count(row.containers),
          std::chrono::floor<core::seconds>(now() - *row.recovery.at)};
}

History pg_history() {
  Curves curves = curves_of(host_row("pg-primary"));
  curves.disks.emplace_back(kPgMount, 64);
  curves.jobs = {{kPgStarted, kPgStarted - kPgTook}, {kPgStarted + minutes(5), kPgStarted + minutes(1)}};
  return sample_history(curves);
}

std::vector<Fact> connection_of(const HostRow& row, const HostHead& head) {
  std::vector<Fact> facts;
  if (row.report_only) facts.push_back({"Agent", "None: it reports over the API"});
  if (head.facts.size() > 1) facts.push_back({"Address", head.facts[1]});
  if (row.report_only) return facts;
  facts.push_back({"Agent version", row.version});
  facts.push_back({"restic", std::string(kRestic)});
  facts.push_back({"Host ID", row.id});
  return facts;
}

HostOverviewPage overview_of(const HostRow& row, HostHead head) {
  HostOverviewPage view;
  view.connection = connection_of(row, head);
  if (!row.report_only) view.jobs_panel = jobs_panel(head, {});
  frame_of(view, std::move(head), "Overview");
  return view;
}

HostOverviewPage host() {
  HostOverviewPage view = overview_of(host_row("pg-primary"), pg_head());
  view.figures = pg_figures();
  view.history = pg_history();
  view.jobs_panel->jobs.jobs = pg_jobs();
  view.notes = "Primary of the shop. Do not restart between 08:00 and 20:00.";
  return view;
}

// Has joined a moment ago.
HostOverviewPage fresh() {
  HostRow row = host_row("law-files-01");
  row.id = "01JD0000000000000000000099";
  row.name = "law-files-02";
  row.facts = "Debian 12 · 172.16.9.7";
  row.version = kVersion;
  row.status = HostStatus::Warning;
  row.reason = {"Unprotected: no source group and no repository"};
  row.repositories.clear();
  row.recovery.at.reset();
  row.last_report.reset();
  row.runs = {};
  HostHead head = head_of(row);
  head.cause = head.backup.hint = "Add a source group first.";
  HostOverviewPage view = overview_of(row, head);
  view.plan = BackupPlan{};
  view.plan->host = view.plan->new_source_group.host = row.id;
  view.figures.now = now();
  view.figures.system = {{"Host name", row.name}, {"System", "Debian 12"}, {"Architecture", "x86_64"}};
  return view;
}

HostOverviewPage away() {
  const HostRow& row = host_row("mail-edge-02");
  HostHead head = head_of(row);
  head.snapshots_text = "388 snapshots, 41.2\u00a0GiB";
  JobRow last = job_row("Backup mail-edge-02", JobStatus::Done, hours(33));
  last.detail = "mail";
  head.last_run = last.finished_at;
  head.last_run_text = "took 6\u00a0min";
  head.backup.source_groups = {{"1", "mail", true}};
  HostOverviewPage view = overview_of(row, head);
  view.jobs_panel->jobs.jobs = {last};
  view.figures = figures_of(row);
  view.figures.disks = {disk("/var/spool", "sdb1, xfs", 61, 100, Level::Calm),
                        disk("/", "sda1, ext4", 18, 40, Level::Calm)};
  view.figures.disks[0].inodes = 96;
  view.figures.disks[1].smart = "failing";
  view.figures.system = {{"Host name", row.name}, {"System", "Debian 12"}, {"Processor", "2 cores"}};
  Curves curves = curves_of(row);
  curves.silent = kAwayFor;
  curves.backup_age = hours(33);
  view.history = sample_history(curves);
  view.head.revoked = true;
  view.head.silent = true;
  return view;
}

// Paused with its customer, and its clock is ahead.
HostOverviewPage report_only() {
  const HostRow& row = host_row("lab-scratch");
  HostHead head = head_of(row);
  head.facts = {"Debian 12, x86_64", "10.20.8.4"};
  head.snapshots_text = "12 snapshots, 3.10\u00a0GiB";
  head.last_run = row.recovery.at;
  head.last_run_text = "it says “success”";
  head.pause = PauseState{{}, std::string(kLabPause.reason), std::string(kLabPause.by), true};
  head.clock_ahead = true;
  head.refusal = {before(minutes(2)), "The report is not valid JSON near byte 1834."};
  HostOverviewPage view = overview_of(row, head);
  view.figures = figures_of(row);
  view.figures.disks = {disk("/srv", "vda2, ext4", 15, 100, Level::Calm)};
  view.figures.left_out = {
      "system.disks[1].percent must be a number from 0 to 100.",
      "backup.next must be a time in RFC 3339 such as 2026-11-22T06:21:00Z, or in seconds since 1970."};
  view.figures.issues = {"ZFS pool tank is degraded", "2 updates need a restart"};
  view.figures.system = {{"Host name", row.name}, {"System", "Debian 12"}, {"Processor", "4 cores"}};
  Curves curves = curves_of(row);
  view.history = sample_history(curves);
  return view;
}

HostOverviewPage never_reported() {
  const HostRow& row = host_row("nas-02");
  HostOverviewPage view = overview_of(row, head_of(row));
  view.head.reporter = "over the API";
  view.report_command = CodeBox{"first-report", "Command that sends a report",
                                "curl -H 'Authorization: Bearer YOUR-KEY' -d '{\"customer_id\":\"harbour\",\"host\":\""
                                "nas-02\"}' https://backup.example.net/api/v1/report"};
  return view;
}

HostOverviewPage running() {
  const HostRow& row = host_row("app-01");
  HostHead head = head_of(row);
  const auto jobs = app_jobs();
  head.snapshots_text = "96 snapshots, 71.4\u00a0GiB";
  head.last_run = jobs[1].finished_at;
  head.last_run_text = fmt::format("took {}", web::filters::duration(*jobs[1].finished_at - *jobs[1].started_at));
  head.backup.running = jobs[0].link;
  head.backup.source_groups = {{"1", "app data", true}, {"2", "system", false}};
  HostOverviewPage view = overview_of(row, head);
  view.jobs_panel->jobs.jobs = jobs;
  view.figures = figures_of(row);
  view.figures.containers = app_containers();
  view.figures.disks = {disk("/srv", "nvme0n1p3, xfs", 238, 458, Level::Calm)};
  view.figures.system = {{"Host name", row.name}, {"System", "Debian 12"}, {"Processor", "8 cores"}};
  Curves curves = curves_of(row);
  const auto ago = [](core::Time time) { return std::chrono::floor<core::seconds>(now() - time); };
  curves.jobs = {{ago(*jobs[0].started_at), core::seconds(0)}, {ago(*jobs[1].started_at), ago(*jobs[1].finished_at)}};
  view.history = sample_history(curves);
  return view;
}

Preview show(std::string name, const auto& render, const HostOverviewPage& view) {
  Preview result{std::move(name), {}};
  render(result.html, view);
  return result;
}

}  // namespace

void pg_frame(HostFrame& view, std::string_view tab) {
  frame_of(view, pg_head(), tab);
}

HostJobsPanel jobs_panel(const HostHead& head, std::vector<JobRow> jobs) {
  return {{std::move(jobs)}, Url("/jobs").query("host", head.id)};
}

std::vector<Preview> host_previews() {
  constexpr auto render = web::render_host_overview_page;
  return {show("host", render, host()),
          show("host-fresh", render, fresh()),
          show("host-away", render, away()),
          show("host-running", render, running()),
          show("host-report-only", render, report_only()),
          show("host-never-reported", render, never_reported())};
}

}  // namespace holdfast::preview
