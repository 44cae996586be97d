#include "samples.hpp"
#include "templates.hpp"

namespace holdfast::preview {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::string_view kHost = "01JD0000000000000000000001";

SourceGroupView group(std::string id, std::string name, std::vector<std::string> paths,
                      std::vector<std::string> excludes) {
  SourceGroupView view{name, paths, excludes, {"prod"}, {}};
  view.form = {.host = std::string(kHost),
               .id = std::move(id),
               .name = std::move(name),
               .paths = {},
               .excludes = {},
               .tags = "prod",
               .errors = {}};
  for (const std::string& path : paths) view.form.paths += path + "\n";
  for (const std::string& pattern : excludes) view.form.excludes += pattern + "\n";
  return view;
}

HostHead head() {
  HostHead view;
  view.id = kHost;
  view.name = "pg-primary";
  view.status = HostStatus::Warning;
  view.reason = "Last good backup is past its limit of 26 h; the last backup failed";
  view.trouble = true;
  view.cause = "The repository did not answer for 5 min. Check that its server runs.";
  view.failed_job = Url("/jobs/1");
  view.facts = {"Ubuntu 24.04, x86_64", "10.20.3.10"};
  view.customer = {"Harbour office", Url("/customers/harbour")};
  view.tags = {{"prod", Url("/").query("q", "tag:prod")}, {"db", Url("/").query("q", "tag:db")}};
  view.connected = true;
  view.last_seen = before(core::seconds(8));
  view.last_report = before(minutes(3));
  view.reporter = "agent 1.4.2";
  view.now = now();
  view.recovery = {.at = before(hours(31)), .limit = hours(26), .now = now()};
  view.snapshots_text = "214 snapshots, 138 GiB";
  view.runs = strip("ooooooooooooox");
  view.runs_text = "13 ok, 1 failed";
  view.last_run = before(hours(8));
  view.last_run_status = JobStatus::Failed;
  view.last_run_text = "after 51 min";
  view.next_run = now() + minutes(993);
  view.backup = {.host = std::string(kHost),
                 .host_name = "pg-primary",
                 .possible = true,
                 .hint = {},
                 .connected = true,
                 .running = {},
                 .repositories = {{"1", "b2-prod-db", true}, {"2", "local-attic", false}},
                 .source_groups = {{"1", "postgres", true}},
                 .error = {}};
  return view;
}

std::vector<Tab> tabs(std::string_view current) {
  std::vector<Tab> result;
  for (const std::string_view name : {"Overview", "Backups", "Reports", "Settings"})
    result.push_back({std::string(name), Url("/hosts").segment(kHost).segment(name), {}, name == current});
  return result;
}

void frame(HostFrame& view, std::string_view tab) {
  view.page = page("pg-primary", Section::Fleet);
  view.page.stream = Url("/ui/stream").query("topics", "pulse,host:01JD0000000000000000000001");
  view.head = head();
  view.tabs = tabs(tab);
}

BackupPlan plan() {
  BackupPlan view;
  view.host = kHost;
  view.source_groups = {group("01JDG1", "postgres", {"/var/lib/postgresql", "/etc/postgresql"}, {"*.tmp"}),
                        group("01JDG2", "system", {"/etc", "/root", "/usr/local"}, {})};
  view.new_source_group.host = kHost;
  view.repositories = {{"1", "b2-prod-db", "b2:hf-prod-db:/pg", Url("/repositories/1"), true},
                       {"2", "local-attic", "/mnt/attic/restic", Url("/repositories/2"), false}};
  view.other_repositories = {{"3", "sftp-hartmann", false}};
  return view;
}

Disk disk(std::string mount, std::string device, std::uint64_t used, std::uint64_t total, Level level) {
  constexpr std::uint64_t kGiB = 1ULL << 30U;
  Disk view;
  view.mount = std::move(mount);
  view.device = std::move(device);
  view.used = used * kGiB;
  view.total = total * kGiB;
  view.space = {static_cast<int>(used * 100 / total), level};
  return view;
}

HostFigures figures() {
  HostFigures view;
  view.at = before(minutes(3));
  view.now = now();
  view.disks = {disk("/", "nvme0n1p2, ext4", 51, 98, Level::Calm),
                disk("/var/lib/postgresql", "nvme1n1, xfs", 596, 931, Level::Calm),
                disk("/backup-staging", "sda1, ext4", 402, 458, Level::Warning)};
  view.disks[2].outlook = "full in 12 days";
  view.disks[2].outlook_level = Level::Warning;
  view.containers_known = true;
  view.containers_total = 4;
  view.containers_running = 3;
  view.containers = {{"postgres", Url("/hosts/1").query("container", "postgres"), "postgres:17.2", "Running, healthy",
                      Level::Calm, 0, 22, 18683527168},
                     {"pgbouncer", Url("/hosts/1").query("container", "pgbouncer"), "bitnami/pgbouncer:1.24", "Running",
                      Level::Calm, 0, 3, 88080384},
                     {"pg-exporter", Url("/hosts/1").query("container", "pg-exporter"), "postgres-exporter:0.17",
                      "Unhealthy", Level::Warning, 4, 1, 32505856},
                     {"old-import",
                      Url("/hosts/1").query("container", "old-import"),
                      "registry.example.net/team/import-of-something-large:2024-11-03",
                      "Exited",
                      Level::Warning,
                      {},
                      {},
                      {}}};
  view.system = {{"System", "Ubuntu 24.04.1 LTS"},
                 {"Kernel", "6.8.0-49-generic"},
                 {"Processor", "8 cores, load 1.2"},
                 {"Memory", "23.0 of 32.0 GiB"},
                 {"Swap", "0.4 of 4.00 GiB"},
                 {"Temperature", "54 °C"},
                 {"Up", "41 d 6 h"}};
  return view;
}

HostOverviewPage host() {
  HostOverviewPage view;
  frame(view, "Overview");
  view.figures = figures();
  view.history = sample_history("24 h");
  view.jobs_panel = HostJobsPanel{{finished_rows()}, Url("/jobs").query("host", kHost)};
  view.notes = "Primary of the shop. Do not restart between 08:00 and 20:00.";
  view.connection = {{"Agent", "1.4.2, restic 0.18.1"}, {"Address", "10.20.3.10"}, {"Connected", "for 26 h"}};
  return view;
}

HostOverviewPage fresh() {
  HostOverviewPage view = host();
  view.head.status = HostStatus::Warning;
  view.head.reason = "Nothing is backed up: no source group or no repository";
  view.head.cause = "Add a source group first.";
  view.head.failed_job = {};
  view.head.tags.clear();
  view.head.last_report.reset();
  view.head.reporter.clear();
  view.head.recovery.at.reset();
  view.head.snapshots_text.clear();
  view.head.runs = {};
  view.head.runs_text = "no runs yet";
  view.head.last_run.reset();
  view.head.next_run.reset();
  view.head.backup.possible = false;
  view.head.backup.hint = view.head.cause;
  view.notes.clear();
  view.plan = plan();
  view.plan->source_groups.clear();
  view.plan->repositories.clear();
  view.plan->other_repositories.clear();
  view.figures = {};
  view.jobs_panel->jobs.jobs.clear();
  return view;
}

HostOverviewPage away() {
  HostOverviewPage view = host();
  view.head.status = HostStatus::Down;
  view.head.reason = "No report since 2026-11-20T07:28:00Z";
  view.head.cause.clear();
  view.head.connected = false;
  view.head.last_seen = before(minutes(134));
  view.head.last_report = before(minutes(134));
  view.head.backup.connected = false;
  view.head.backup.repositories.pop_back();
  view.figures.at = before(minutes(134));
  view.figures.old = true;
  view.figures.containers.clear();
  view.figures.containers_known = false;
  view.figures.containers_total.reset();
  view.figures.containers_running.reset();
  view.figures.disks[0].smart = "failing";
  view.figures.disks[1].inodes = 96;
  view.head.revoked = true;
  view.head.silent = true;
  return view;
}

HostOverviewPage report_only() {
  HostOverviewPage view = host();
  view.head.report_only = true;
  view.head.connected = false;
  view.head.last_seen.reset();
  view.head.reporter = "controller 3.2.0";
  view.head.status = HostStatus::Paused;
  view.head.reason.clear();
  view.head.trouble = false;
  view.head.pause = PauseState{now() + hours(70), "New disks on Monday", "Márta Kovács", true};
  view.head.clock_ahead = true;
  view.head.backup = {};
  view.head.last_run.reset();
  view.head.clock_behind = true;
  view.head.refusal = {before(minutes(3)), "The report is not valid JSON near byte 1834."};
  view.figures.left_out = {
      "system.disks[0].percent must be a number from 0 to 100.",
      "backup.last_run must be a time in RFC 3339 such as 2026-11-22T06:21:00Z, or in seconds since 1970."};
  view.figures.issues = {"ZFS pool tank is degraded", "2 updates need a restart"};
  view.figures.containers.clear();
  view.figures.containers_total = 0;
  view.figures.containers_running.reset();
  view.jobs_panel.reset();
  view.connection.clear();
  view.tabs.erase(view.tabs.begin() + 1);
  return view;
}

HostOverviewPage never_reported() {
  HostOverviewPage view = report_only();
  view.head.status = HostStatus::Waiting;
  view.head.pause.reset();
  view.head.clock_ahead = false;
  view.head.clock_behind = false;
  view.head.refusal = {};
  view.figures.left_out.clear();
  view.head.tags.clear();
  view.head.last_report.reset();
  view.head.reporter.clear();
  view.head.recovery.at.reset();
  view.head.snapshots_text.clear();
  view.head.runs = {};
  view.head.runs_text.clear();
  view.head.next_run.reset();
  view.figures = {};
  view.notes.clear();
  view.report_command = CodeBox{"first-report", "Command that sends a report",
                                "curl -H 'Authorization: Bearer YOUR-KEY' -d '{\"customer_id\":\"harbour\"}' "
                                "https://backup.example.net/api/v1/report"};
  return view;
}

HostOverviewPage running() {
  HostOverviewPage view = host();
  view.head.status = HostStatus::Ok;
  view.head.reason = {};
  view.head.trouble = false;
  view.head.recovery.at = before(hours(23));
  view.head.backup.running = Url("/jobs/1");
  view.history.charts.clear();
  return view;
}

HostBackupsPage backups() {
  HostBackupsPage view;
  frame(view, "Backups");
  view.plan = plan();
  view.jobs_panel = {{finished_rows()}, Url("/jobs").query("host", kHost)};
  return view;
}

HostBackupsPage backups_with_errors() {
  HostBackupsPage view = backups();
  view.plan.new_source_group = {.host = std::string(kHost),
                                .id = {},
                                .name = "media",
                                .paths = "srv/media\n",
                                .excludes = {},
                                .tags = {},
                                .errors = {{{"paths", "“srv/media” does not begin with /."}}},
                                .open = true};
  view.head.backup.error = "A job for this source group waits already.";
  return view;
}

HostHistoryPage history_table() {
  HostHistoryPage view;
  frame(view, "Overview");
  view.history.ranges = sample_history("7 d").ranges;
  view.history.step = "by the hour";
  view.history.heads = {"CPU", "Highest", "Memory", "Swap", "/", "/var/lib/postgresql", "Containers", "Backup age"};
  for (int hour = 0; hour < 30; ++hour)
    view.history.rows.push_back({before(hours(hour)), {"34%", "71%", "72%", "", "52%", "64%", "3 of 3", "31 h"}});
  view.history.graphs = Url("/hosts/1");
  return view;
}

HostReportsPage reports() {
  HostReportsPage view;
  frame(view, "Reports");
  for (int i = 0; i < 20; ++i) {
    ReportRow row;
    row.link = Url("/hosts/1/reports").segment("1");
    row.at = row.received_at = before(minutes(15 * i + 3));
    row.health = i == 3 ? "Warning" : "OK";
    row.level = i == 3 ? Level::Warning : Level::Calm;
    row.summary = i == 3 ? "/backup-staging is 88% full" : "";
    row.clock_ahead = i == 5;
    row.current = i == 0;
    view.reports.push_back(row);
  }
  view.raw = RawReport{before(minutes(3)),
                       before(minutes(3)),
                       false,
                       "{\n  \"customer_id\": \"harbour\",\n  \"host\": \"pg-primary\",\n  \"note\": "
                       "\"<script>alert(1)</script>\",\n  \"system\": {\n    \"cpu\": {\n      \"percent\": 34\n    "
                       "}\n  }\n}\n",
                       4096,
                       Url("/hosts/1/reports/1/document")};
  return view;
}

HostSettingsPage settings() {
  HostSettingsPage view;
  frame(view, "Settings");
  view.name = "pg-primary";
  view.tags = "prod, db";
  view.notes = "Primary of the shop. Do not restart between 08:00 and 20:00.";
  view.customer = "harbour";
  view.customers = {{"default", "Default", false}, {"harbour", "Harbour office", true}};
  view.known_tags = {"prod", "db", "edge"};
  view.limits = sample_limits(Url("/hosts/1/limits"));
  view.pause = {.pause = Url("/hosts/1/pause"),
                .resume = Url("/hosts/1/resume"),
                .name = "pg-primary",
                .state = {},
                .until = {},
                .reason = {},
                .errors = {},
                .now = now()};
  return view;
}

HostSettingsPage settings_with_errors() {
  HostSettingsPage view = settings();
  view.errors.all = {{"name", "Another host has this name."},
                     {"tags", "A tag has 1 to 40 characters."},
                     {"rotate", "The agent is not connected. Its credential can be changed when it is back."}};
  view.pause.until = "2026-11-19T08:00";
  view.pause.errors.all = {{"until", "This is not ahead."}};
  return view;
}

HostSettingsPage settings_paused() {
  HostSettingsPage view = settings();
  view.head.status = HostStatus::Paused;
  view.head.trouble = false;
  view.head.pause = PauseState{now() + hours(70), "New disks on Monday", "Márta Kovács", false};
  view.pause.state = view.head.pause;
  return view;
}

template <class View>
Preview show(std::string name, void (*render)(std::string&, const View&), const View& view) {
  Preview result{std::move(name), {}};
  render(result.html, view);
  return result;
}

}  // namespace

std::vector<Preview> host_previews() {
  using namespace web;
  HostReportsPage no_reports = reports();
  no_reports.reports.clear();
  HostHistoryPage no_history = history_table();
  no_history.history.rows.clear();
  return {show("host", render_host_overview_page, host()),
          show("host-fresh", render_host_overview_page, fresh()),
          show("host-away", render_host_overview_page, away()),
          show("host-running", render_host_overview_page, running()),
          show("host-report-only", render_host_overview_page, report_only()),
          show("host-never-reported", render_host_overview_page, never_reported()),
          show("host-backups", render_host_backups_page, backups()),
          show("host-errors", render_host_backups_page, backups_with_errors()),
          show("host-history", render_host_history_page, history_table()),
          show("host-history-empty", render_host_history_page, no_history),
          show("host-reports", render_host_reports_page, reports()),
          show("host-reports-empty", render_host_reports_page, no_reports),
          show("host-settings", render_host_settings_page, settings()),
          show("host-settings-errors", render_host_settings_page, settings_with_errors()),
          show("host-settings-paused", render_host_settings_page, settings_paused())};
}

}  // namespace holdfast::preview
