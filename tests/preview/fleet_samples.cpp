#include <fmt/format.h>

#include "samples.hpp"
#include "templates.hpp"

namespace holdfast::preview {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

Run run(char letter) {
  switch (letter) {
    case 'o':
      return Run::Succeeded;
    case 'p':
      return Run::Partial;
    case 'x':
      return Run::Failed;
    case 'm':
      return Run::Missed;
    case 'r':
      return Run::Running;
    default:
      return Run::NotScheduled;
  }
}

struct Sample {
  std::string_view name, facts;
  HostStatus status;
  std::string_view reason, activity, runs;
  core::seconds age;
};

HostRow row(const Sample& sample) {
  HostRow host;
  host.id = fmt::format("01JD0000000000000000{:0>6}", sample.name.size() * 1000 + sample.age.count() % 1000);
  host.name = sample.name;
  host.link = Url("/hosts").segment(host.id);
  host.status = sample.status;
  host.reason = sample.reason;
  host.activity = sample.activity;
  host.facts = sample.facts;
  host.connected = sample.status != HostStatus::Down;
  host.last_seen = host.connected ? before(core::seconds(8)) : before(hours(2));
  host.runs = strip(sample.runs);
  host.recovery = {.at = {}, .limit = hours(26), .now = now()};
  if (sample.age.count() > 0) host.recovery.at = before(sample.age);
  host.repositories = {"b2-prod"};
  host.agent_version = "0.1.0";
  return host;
}

std::vector<HostRow> hosts() {
  const std::vector<Sample> samples{
      {"clinic-kv-nas", "Debian 12 · 10.44.0.2", HostStatus::Down, "Backup failed 3 times: the repository is locked",
       "", "oooooooooooxxx", hours(76)},
      {"mail-edge-02", "Debian 12 · 203.0.113.7", HostStatus::Down, "No contact for 2 h 14 m", "", "ooooooopooooom",
       hours(33)},
      {"pg-primary", "Ubuntu 24.04 · 10.20.3.10", HostStatus::Warning, "Last backup 31 h ago, limit 26 h", "",
       "ooooooooooooox", hours(31)},
      {"git-forge", "Debian 12 · 10.20.2.30", HostStatus::Warning, "12 files could not be read in the last run", "",
       "oooooooooooopp", hours(6)},
      {"lab-scratch", "Debian 13 · 10.20.0.99", HostStatus::Unknown, "No backup yet", "", "", core::seconds(0)},
      {"app-01", "Debian 12 · 10.20.2.11", HostStatus::Ok, "", "Backing up, 62%, about 11 min left", "ooooooooooooor",
       hours(23)},
      {"app-02", "Debian 12 · 10.20.2.12", HostStatus::Ok, "", "", "oooooooooooooo", minutes(440)},
      {"app-03", "Debian 12 · 10.20.2.13", HostStatus::Ok, "", "", "ooooxooooooooo", minutes(438)},
      {"k3s-node-1", "Debian 12 · 10.20.5.21", HostStatus::Ok, "", "", "oooooooooooooo", minutes(362)},
      {"k3s-node-2", "Debian 12 · 10.20.5.22", HostStatus::Ok, "", "", "ooooooooooo", minutes(364)},
      {"k3s-node-3", "Debian 12 · 10.20.5.23", HostStatus::Ok, "", "", "ooooooooopoooo", minutes(363)},
      {"monitor-01", "Debian 13 · 10.20.0.5", HostStatus::Ok, "", "", "oooooooooooooo", minutes(270)},
      {"pg-replica", "Ubuntu 24.04 · 10.20.3.11", HostStatus::Ok, "", "", "oooooooooooooo", minutes(451)},
      {"pi-garage", "Raspberry Pi OS 12 · 10.20.9.40", HostStatus::Ok, "", "", "omoooooooooooo", minutes(555)},
      {"redis-cache", "Debian 12 · 10.20.3.20", HostStatus::Ok, "", "", "oooooooooooooo", minutes(415)},
      {"vault-core-with-a-very-long-name-in-the-basement-rack-3", "Alpine 3.22 · 10.20.0.9", HostStatus::Ok, "", "",
       "oooooooooooooo", minutes(132)},
      {"web-lb-01", "Debian 12 · 10.20.1.10", HostStatus::Ok, "", "", "oooooooooooooo", minutes(428)},
  };
  std::vector<HostRow> rows;
  for (const Sample& sample : samples) rows.push_back(row(sample));
  return rows;
}

FleetBand band() {
  FleetBand band;
  band.pulse = page("", Section::Fleet).pulse;
  band.down_text = "1 without contact, 1 backup failing";
  band.warning_text = "1 overdue, 1 partial";
  band.ok_text = "1 running a job now";
  band.other_text = "no backup yet";
  for (std::size_t hour = 0; hour < 24; ++hour)
    band.hours.push_back(
        {.succeeded = hour * 7 % 4, .partial = hour == 17 ? 1U : 0U, .failed = hour % 11 == 7 ? 1U : 0U});
  band.hours[16].succeeded = 9;
  band.now = now();
  band.facts = {{"Recovery point met", "13 of 17 hosts"},
                {"Agents connected", "15 of 17"},
                {"Jobs running", "1"},
                {"Repositories", "3"}};
  return band;
}

FleetPage fleet() {
  FleetPage view;
  view.page = page("Fleet", Section::Fleet);
  view.page.stream = Url("/ui/stream").query("topics", "pulse,fleet");
  view.band = band();
  view.filters = {{"All", Url("/"), 17, true},
                  {"Needs attention", Url("/").query("status", "attention"), 5, false},
                  {"Running", Url("/").query("status", "running"), 1, false}};
  view.hosts = hosts();
  view.total = view.hosts.size();
  view.all = Url("/");
  return view;
}

Preview show(std::string name, const FleetPage& view) {
  Preview result{std::move(name), {}};
  web::render_fleet_page(result.html, view);
  return result;
}

FleetPage first_use() {
  FleetPage view = fleet();
  view.hosts.clear();
  view.total = 0;
  view.page.pulse = {};
  view.page.notice = Notice{Tone::Ok, "The account exists.", "The next step is the first host.", {}, {}};
  return view;
}

}  // namespace

core::Time before(core::seconds age) {
  return now() - age;
}

RunStrip strip(std::string_view pattern) {
  RunStrip result;
  for (const char letter : pattern) result.runs.push_back(run(letter));
  return result;
}

Page page(std::string title, Section section) {
  Page result;
  result.title = std::move(title);
  result.section = section;
  result.here = Url("/");
  result.now = now();
  result.user = "Márta Kovács";
  result.version = "0.1.0";
  result.pulse = {.down = 2,
                  .warning = 2,
                  .ok = 12,
                  .unknown = 1,
                  .paused = 0,
                  .connected = 15,
                  .waiting_hosts = 3,
                  .unfinished_jobs = 2};
  return result;
}

std::vector<Preview> fleet_previews() {
  FleetPage filtered = fleet();
  filtered.hosts.clear();
  filtered.query = "pgx";
  FleetPage loading = fleet();
  loading.loading = true;
  FleetPage failed = fleet();
  failed.failure = Failure{"Hosts could not be loaded",
                           "The database did not answer within 5 s. The agents go on working.", "01JD8f2c1d", Url("/")};
  FleetPage open = fleet();
  open.page.auth_disabled = true;
  open.page.theme = Theme::Dark;
  return {show("fleet", fleet()),         show("fleet-first-use", first_use()), show("fleet-filtered-empty", filtered),
          show("fleet-loading", loading), show("fleet-failed", failed),         show("fleet-auth-disabled", open)};
}

}  // namespace holdfast::preview
