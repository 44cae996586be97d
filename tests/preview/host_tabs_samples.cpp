#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "core/jobs/backup.hpp"
#include "kit/render/filters.hpp"
#include "samples.hpp"
#include "templates.hpp"

// What is behind the tabs of pg-primary.
namespace holdfast::preview {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

SourceGroupView group(const HostHead& head, std::string name, std::vector<std::string> paths,
                      std::vector<std::string> excludes, core::Time last_good) {
  SourceGroupView view{name, paths, excludes, {"prod"}, {}, last_good};
  view.form = {.host = head.id,
               .id = "01JDG-" + name,
               .name = std::move(name),
               .paths = {},
               .excludes = {},
               .tags = "prod",
               .errors = {}};
  for (const std::string& path : paths) view.form.paths += path + "\n";
  for (const std::string& pattern : excludes) view.form.excludes += pattern + "\n";
  return view;
}

BackupPlan plan(const HostHead& head) {
  BackupPlan view;
  view.host = view.new_source_group.host = head.id;
  view.source_groups = {
      group(head, "postgres", {std::string(kPgMount), "/etc/postgresql"}, {"*.tmp"}, *head.recovery.at),
      group(head, "system", {"/etc", "/root", "/usr/local"}, {}, *pg_jobs()[1].finished_at)};
  view.repositories = {{"1", "b2-prod-db", "b2:hf-prod-db:/pg", Url("/repositories/1"), true},
                       {"2", "local-attic", "/mnt/attic/restic", Url("/repositories/2"), false}};
  view.other_repositories = {{"3", "b2-prod", false}, {"4", "git-mirror", false}, {"5", "rest-home", false}};
  return view;
}

HostBackupsPage backups() {
  HostBackupsPage view;
  pg_frame(view, "Backups");
  view.plan = plan(view.head);
  view.jobs_panel = jobs_panel(view.head, pg_jobs());
  view.schedules.host = "01JD";
  view.schedules.now = now();
  view.schedules.is_behind = true;
  view.schedules.entries = {
      {"Nightly", Url("/schedules/01JDS1"), "Every day at 01:00", "Europe/Budapest", now() + std::chrono::hours(16),
       true},
      {"Monthly archive", Url("/schedules/01JDS2"), "On day 1 of the month at 04:00", "UTC", {}, false}};
  return view;
}

HostBackupsPage backups_with_errors() {
  HostBackupsPage view = backups();
  view.plan.new_source_group = {
      .host = view.head.id,
      .id = {},
      .name = "media",
      .paths = "srv/media\n",
      .excludes = {},
      .tags = {},
      .errors = {{{"paths", core::check_source_set({{"srv/media"}, {}, {}}).error().message}}},
      .open = true};
  view.head.backup.error = "A job for this source group waits already.";
  return view;
}

HostHistoryPage history_table() {
  HostHistoryPage view;
  pg_frame(view, "Overview");
  const auto mount_head = [](std::string_view mount) { return fmt::format("Disks, {}", mount); };
  view.history.ranges = history_ranges("7 d");
  view.history.step = "hourly";
  view.history.heads = {
      "CPU, busy",          "CPU, highest",        "Memory, used",    "Memory, swap", mount_head("/backup-staging"),
      mount_head(kPgMount), "Containers, running", "Containers, all", "Backup age"};
  const auto percent = [](int middle, int hour, int by) { return fmt::format("{}%", middle + hour * 7 % by); };
  for (int hour = 0; hour < 30; ++hour)
    view.history.rows.push_back(
        {std::chrono::floor<hours>(now()) - hours(hour + 1),
         {percent(31, hour, 9), percent(58, hour, 31), percent(70, hour, 5), hour % 11 == 4 ? "" : "10%",
          percent(88 - hour / 12, 0, 1), "64%", "3", "4", web::filters::duration(hours(30 - hour))}});
  view.history.graphs = Url("/hosts/1");
  return view;
}

HostReportsPage reports() {
  HostReportsPage view;
  pg_frame(view, "Reports");
  for (int i = 0; i < 20; ++i) {
    ReportRow row;
    row.link = Url("/hosts/1/reports").segment("1");
    row.at = row.received_at = before(minutes(15 * i + 3));
    row.health = i == 3 ? "Warning" : "OK";
    row.level = i == 3 ? Level::Warning : Level::Calm;
    row.summary = i == 3 ? "The clock is not synchronised" : "";
    row.clock_ahead = i == 5;
    row.current = i == 0;
    view.reports.push_back(row);
  }
  const std::string document =
      "{\n  \"customer_id\": \"harbour\",\n  \"host\": \"pg-primary\",\n  \"note\": "
      "\"<script>alert(1)</script>\",\n  \"system\": {\n    \"cpu\": {\n      \"percent\": 34\n    }\n  }\n}\n";
  const auto is_blank = [](char c) { return c == ' ' || c == '\n'; };
  const auto sent = document.size() - static_cast<std::size_t>(std::ranges::count_if(document, is_blank));
  view.raw =
      RawReport{before(minutes(3)), before(minutes(3)), false, document, sent, Url("/hosts/1/reports/1/document")};
  return view;
}

HostSettingsPage settings() {
  HostSettingsPage view;
  pg_frame(view, "Settings");
  view.name = "pg-primary";
  view.tags = "prod, db";
  view.notes = "Primary of the shop. Do not restart between 08:00 and 20:00.";
  view.customer = "harbour";
  for (const Customer& customer : kCustomers)
    view.customers.push_back({std::string(customer.slug), std::string(customer.name), customer.slug == "harbour"});
  view.known_tags = {"prod", "db", "edge"};
  view.limits = sample_limits(Url("/hosts/1/limits"), {"", "3", "", "", "", ""});
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kHolds{
      {{"26", "From the hub: 26 hours"},
       {"3", "Set for this host"},
       {"30", "From the hub: 30 minutes"},
       {"60", "From the customer: 60 minutes"},
       {"85", "From the hub: 85%"},
       {"97", "From the tag db: 97%"}}};
  for (std::size_t i = 0; i < kHolds.size(); ++i)
    std::tie(view.limits.fields[i].holds, view.limits.fields[i].from) = kHolds[i];
  view.limits.hint = "An empty field takes the limit of a tag, of the customer or of the hub.";
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
  view.head.connected = view.head.backup.connected = false;
  view.head.last_seen = view.head.last_report;
  view.name = "pg-\u2060primary";
  view.tags = "prod, -db";
  view.errors.all = {
      {"name", core::check_name("The host name", view.name).error().message},
      {"tags", "A tag is 1 to 40 characters without spaces, commas and quotes, and does not begin with a minus."},
      {"rotate", "The agent is not connected. Its credential can be changed when it is back."}};
  view.pause.until = "2026-11-19T08:00";
  view.pause.errors.all = {{"until", "The end of the pause must be in the future."}};
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

std::vector<Preview> host_tab_previews() {
  using namespace web;
  HostBackupsPage unprotected = backups();
  unprotected.schedules.entries.clear();
  unprotected.schedules.is_behind = false;
  unprotected.schedules.can_protect = unprotected.schedules.needs_source_group = true;
  HostReportsPage no_reports = reports();
  no_reports.reports.clear();
  HostHistoryPage no_history = history_table();
  no_history.history.rows.clear();
  return {show("host-backups", render_host_backups_page, backups()),
          show("host-unprotected", render_host_backups_page, unprotected),
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
