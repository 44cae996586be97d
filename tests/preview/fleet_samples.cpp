#include <fmt/format.h>

#include <algorithm>
#include <cmath>

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
  std::vector<std::string_view> tags;
  HostStatus status;
  std::string_view reason, activity, runs;
  core::seconds age;
  int cpu, memory, disk;  // percent; below 0: no data
  int running, containers;
  std::string_view version = "1.4.2";
};

Level level_of_disk(int percent) {
  if (percent > 97) return Level::Down;
  return percent >= 85 ? Level::Warning : Level::Calm;
}

Metric metric(int percent, Level level = Level::Calm) {
  if (percent < 0) return {};
  return {percent, level};
}

// A day of something that wanders about `middle`.
std::vector<double> wander(int middle, std::size_t count, unsigned seed) {
  std::vector<double> values;
  double value = middle;
  for (std::size_t i = 0; i < count; ++i) {
    seed = seed * 1664525u + 1013904223u;
    value += (static_cast<double>(seed >> 16 & 0xff) / 255 - 0.5) * 14 + (middle - value) * 0.3;
    values.push_back(std::clamp(value, 1.0, 100.0));
  }
  return values;
}

HostRow row(const Sample& sample) {
  HostRow host;
  host.id = fmt::format("01JD0000000000000000{:0>6}", sample.name.size() * 1000 + sample.age.count() % 1000);
  host.name = sample.name;
  host.link = Url("/hosts").segment(host.id);
  host.status = sample.status;
  host.reason = sample.reason;
  host.activity = sample.activity;
  host.facts = sample.facts;
  host.customer = {"Harbour office", Url("/customers").segment("harbour")};
  for (const auto tag : sample.tags)
    host.tags.push_back({std::string(tag), Url("/").query("q", fmt::format("tag:{}", tag))});
  host.connected = sample.cpu >= 0;
  host.last_report = host.connected ? before(core::seconds(8)) : before(hours(2));
  host.old = !host.connected;
  host.runs = strip(sample.runs);
  host.recovery = {.at = {}, .limit = hours(26), .now = now()};
  if (sample.status == HostStatus::Paused) {
    host.recovery.limit.reset();
    host.recovery_text = "not expected";
  }
  if (sample.age.count() > 0) host.recovery.at = before(sample.age);
  if (sample.cpu >= 0) host.cpu = wander(sample.cpu, 24, static_cast<unsigned>(sample.name.size() * 77 + 5));
  if (sample.name == "git-forge") std::fill_n(host.cpu.begin() + 9, 5, std::nan(""));
  host.cpu_now = metric(sample.cpu);
  host.memory = metric(sample.memory);
  host.disk = metric(sample.disk, level_of_disk(sample.disk));
  host.disk_mount = sample.disk >= 0 ? "/srv" : "";
  if (sample.containers >= 0) {
    host.containers = static_cast<std::uint64_t>(sample.containers);
    host.containers_running = static_cast<std::uint64_t>(sample.running);
  }
  host.repositories = {"b2-prod"};
  host.version = sample.version;
  host.outdated = sample.version != "1.4.2";
  return host;
}

std::vector<HostRow> hosts() {
  using enum HostStatus;
  const std::vector<Sample> samples{
      {"clinic-kv-nas",
       "Debian 12 · 10.44.0.2",
       {"kisvarda-clinic", "nas"},
       Down,
       "Last good backup is past twice its limit of 26 h; backup failed 3 times in a row",
       "",
       "oooooooooooxxx",
       hours(76),
       12,
       41,
       78,
       6,
       6},
      {"mail-edge-02",
       "Debian 12 · 203.0.113.7",
       {"edge", "prod"},
       Down,
       "No report since 2026-11-20T07:28:00Z",
       "",
       "ooooooopooooom",
       hours(33),
       -1,
       -1,
       -1,
       -1,
       -1},
      {"pg-primary",
       "Ubuntu 24.04 · 10.20.3.10",
       {"prod", "db"},
       Warning,
       "Last good backup is past its limit of 26 h; the last backup failed",
       "",
       "ooooooooooooox",
       hours(31),
       34,
       72,
       64,
       3,
       3},
      {"media-01",
       "Debian 12 · 10.20.9.12",
       {"home"},
       Warning,
       "Disk /srv/media is 93% full",
       "",
       "oooooooooooooo",
       hours(7),
       18,
       38,
       93,
       11,
       11},
      {"git-forge",
       "Debian 12 · 10.20.2.30",
       {"prod"},
       Warning,
       "Some files could not be read in the last backup",
       "",
       "oooooooooooopp",
       minutes(410),
       9,
       55,
       47,
       3,
       4},
      {"dental-rcpt-pc",
       "Windows 11 · 192.168.7.21",
       {"brennan-dental"},
       Warning,
       "No report since 2026-11-20T09:01:00Z",
       "",
       "ooomooon.ooooo",
       hours(19),
       21,
       63,
       58,
       0,
       0,
       "1.3.9"},
      {"new-kiosk", "", {}, Waiting, "", "", "", core::seconds(0), -1, -1, -1, -1, -1},
      {"lab-scratch", "Paused", {"lab"}, Paused, "", "", "ooooo", hours(120), 3, 12, 15, 0, 4},
      {"app-01",
       "Debian 12 · 10.20.2.11",
       {"prod"},
       Ok,
       "",
       "Backing up, 62%, about 11 min left",
       "ooooooooooooor",
       hours(23),
       71,
       66,
       52,
       9,
       9},
      {"nas-attic",
       "Debian 12 · 10.20.9.3",
       {"home", "nas"},
       Ok,
       "",
       "",
       "oooooooooooooo",
       minutes(310),
       44,
       31,
       71,
       2,
       2},
      {"app-02", "Debian 12 · 10.20.2.12", {"prod"}, Ok, "", "", "oooooooooooooo", minutes(440), 26, 61, 50, 9, 9},
      {"app-03", "Debian 12 · 10.20.2.13", {"prod"}, Ok, "", "", "ooooxooooooooo", minutes(438), 24, 58, 51, 9, 9},
      {"k3s-node-1",
       "Debian 12 · 10.20.5.21",
       {"prod", "k3s"},
       Ok,
       "",
       "",
       "oooooooooooooo",
       minutes(362),
       38,
       70,
       44,
       31,
       31},
      {"k3s-node-2",
       "Debian 12 · 10.20.5.22",
       {"prod", "k3s"},
       Ok,
       "",
       "",
       "ooooooooooo",
       minutes(364),
       41,
       74,
       46,
       28,
       28},
      {"law-files-01",
       "Windows Server 2019 · 172.16.9.5",
       {"hartmann-law"},
       Ok,
       "",
       "",
       "oooooooooooooo",
       minutes(521),
       8,
       44,
       81,
       0,
       0,
       "1.4.1"},
      {"monitor-01", "Debian 13 · 10.20.0.5", {"prod"}, Ok, "", "", "oooooooooooooo", minutes(270), 17, 36, 28, 7, 7},
      {"pg-replica",
       "Ubuntu 24.04 · 10.20.3.11",
       {"prod", "db"},
       Ok,
       "",
       "",
       "oooooooooooooo",
       minutes(451),
       22,
       68,
       63,
       2,
       2},
      {"pi-garage",
       "Raspberry Pi OS 12 · 10.20.9.40",
       {"home", "arm64"},
       Ok,
       "",
       "",
       "omoooooooooooo",
       minutes(555),
       6,
       29,
       34,
       3,
       3,
       "1.4.0"},
      {"vault-core-with-a-very-long-name-in-the-basement-rack-3",
       "Alpine 3.22 · 10.20.0.9",
       {"prod"},
       Ok,
       "",
       "",
       "oooooooooooooo",
       minutes(132),
       4,
       18,
       19,
       1,
       1},
      {"web-lb-01",
       "Debian 12 · 10.20.1.10",
       {"prod", "edge"},
       Ok,
       "",
       "",
       "oooooooooooooo",
       minutes(428),
       29,
       34,
       31,
       2,
       2},
  };
  std::vector<HostRow> rows;
  for (const Sample& sample : samples) rows.push_back(row(sample));
  return rows;
}

FleetBand band() {
  FleetBand band;
  band.pulse = page("", Section::Fleet).pulse;
  band.down_text = "1 not reporting, 1 backup failing";
  band.warning_text = "1 overdue, 1 disk, 1 partial, 1 stale";
  band.ok_text = "1 running a job now";
  band.other_text = "1 paused, 1 waiting";
  for (std::size_t hour = 0; hour < 24; ++hour)
    band.hours.push_back(
        {.succeeded = hour * 7 % 4, .partial = hour == 17 ? 1U : 0U, .failed = hour % 11 == 7 ? 1U : 0U});
  band.hours[16].succeeded = 9;
  band.now = now();
  band.facts = {{"Recovery point met", "16 of 19 hosts"},
                {"Agents connected", "17 of 18"},
                {"Unprotected", "1 host"},
                {"Reports, last hour", "76"}};
  return band;
}

FleetTools tools() {
  FleetTools tools;
  tools.kept = {{"sort", "worst"}};
  tools.sorts = {{"worst", "worst status first", true}, {"name", "by name", false}};
  tools.chips = {{"All", Url("/"), 20, true},
                 {"Needs attention", Url("/").query("q", "status:warn,down"), 6, false},
                 {"Running", Url("/").query("q", "job:running"), std::nullopt, false},
                 {"prod", Url("/").query("q", "tag:prod"), std::nullopt, false},
                 {"home", Url("/").query("q", "tag:home"), std::nullopt, false}};
  tools.table = Url("/");
  tools.grid = Url("/").query("layout", "grid");
  tools.here = Url("/");
  tools.columns = {{"customer", "Customer", false},
                   {"runs", "Last 14 runs"},
                   {"age", "Last backup"},
                   {"cpu", "CPU"},
                   {"memory", "Memory"},
                   {"disk", "Fullest disk"},
                   {"containers", "Containers"},
                   {"repository", "Repository", false},
                   {"report", "Last report", false},
                   {"version", "Version"}};
  return tools;
}

std::vector<ColumnHead> heads() {
  const auto by = [](std::string_view sort) { return Url("/").query("sort", sort); };
  return {{"stc", "Status", by("-worst"), "descending"}, {"host", "Host", by("name"), ""},
          {"customer", "Customer", by("customer"), ""},  {"runs", "14 runs", {}, ""},
          {"age", "Last backup", by("backup"), ""},      {"cpu", "CPU, 24 h", by("cpu"), ""},
          {"memory", "Memory", by("memory"), ""},        {"disk", "Disk", by("disk"), ""},
          {"num containers", "Containers", {}, ""},      {"repository", "Repository", {}, ""},
          {"report", "Last report", by("seen"), ""},     {"num version", "Version", {}, ""}};
}

}  // namespace

FleetPage sample_fleet() {
  FleetPage view;
  view.page = page("Fleet", Section::Fleet);
  view.page.stream = Url("/ui/stream").query("topics", "pulse,fleet");
  view.band = band();
  view.tools = tools();
  view.table = host_table();
  view.total = view.table.rows.size();
  view.customers = 5;
  view.all = Url("/");
  view.csv = Url("/fleet.csv");
  return view;
}

namespace {

Preview show(std::string name, const FleetPage& view) {
  Preview result{std::move(name), {}};
  web::render_fleet_page(result.html, view);
  return result;
}

FleetPage first_use() {
  FleetPage view = sample_fleet();
  view.table.rows.clear();
  view.total = 0;
  view.page.pulse = {};
  view.page.notice = Notice{Tone::Ok, "The account exists.", "The next step is the first host.", {}, {}};
  return view;
}

FleetPage wrong_filter() {
  FleetPage view = sample_fleet();
  view.table.rows.clear();
  view.tools.query = "tag:prod disk:>full";
  view.tools.error = "disk:>full: after > there must be a number.";
  return view;
}

// All columns, narrow rows, a later page, hosts that have moved in the order meanwhile.
FleetPage compact() {
  FleetPage view = sample_fleet();
  view.tools.density = Density::Compact;
  view.table.density = Density::Compact;
  view.table.hidden = "no-customer no-repository";
  view.table.pager.first = view.table.pager.previous = Url("/");
  view.table.pager.next = view.table.pager.last = Url("/").query("after", "x");
  view.table.pager.from = 51;
  view.table.pager.to = 50 + view.table.rows.size();
  view.table.pager.total = 1204;
  view.partial = Notice{Tone::Info, "3 hosts have never reported.", "Totals count the 17 that did.", {}, {}};
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
  result.manual = Url("/manual/guide/fleet");
  result.version = "0.1.0";
  result.pulse = {.down = 2,
                  .warning = 4,
                  .ok = 12,
                  .waiting = 1,
                  .paused = 1,
                  .agents = 18,
                  .connected = 17,
                  .waiting_hosts = 3,
                  .unfinished_jobs = 2};
  return result;
}

LimitsForm sample_limits(Url action) {
  LimitsForm form;
  form.action = std::move(action);
  form.fields = {{"backup_age", "Last good backup at most, hours old", "192", "192", "Set for this host"},
                 {"failures", "Failed backups in a row until Down", "", "3", "From the hub: 3"},
                 {"silence_warning", "Minutes without a report until Warning", "", "30", "From the hub: 30 minutes"},
                 {"silence_down", "Minutes without a report until Down", "", "60", "From the customer: 60 minutes"},
                 {"disk_warning", "Fullest disk, percent for Warning", "", "70", "From the tag edge: 70%"},
                 {"disk_down", "Fullest disk, percent for Down", "", "97", "From the hub: 97%"}};
  form.hint = "An empty field takes the limit of a tag, of the customer or of the hub.";
  return form;
}

HostTable host_table() {
  HostTable table;
  table.caption = "Hosts, worst status first";
  table.heads = heads();
  table.rows = hosts();
  table.hidden = "no-customer no-repository no-report";
  table.pager = {1, table.rows.size(), table.rows.size(), "hosts", {}, {}, {}, {}};
  table.back = "/";
  table.order = "worst status first";
  return table;
}

std::vector<Preview> fleet_previews() {
  FleetPage filtered = sample_fleet();
  filtered.table.rows.clear();
  filtered.tools.query = "pgx";
  FleetPage loading = sample_fleet();
  loading.loading = true;
  FleetPage failed = sample_fleet();
  failed.failure = Failure{"Hosts could not be loaded",
                           "The database did not answer within 5 s. The agents go on working.", "01JD8f2c1d", Url("/")};
  FleetPage open = sample_fleet();
  open.page.auth_disabled = true;
  open.page.theme = Theme::Dark;
  BulkPage bulk;
  bulk.page = page("Back up now", Section::Fleet);
  bulk.title = "Back up now: done for 1 of 2 hosts";
  bulk.rows = {
      {"app-01", Url("/hosts/1"), true, "Backup requested"},
      {"new-kiosk", Url("/hosts/2"), false, "This host has no source group yet: say first what is to be backed up."}};
  bulk.back = Url("/");
  Preview bulk_page{"fleet-bulk", {}};
  web::render_bulk_page(bulk_page.html, bulk);
  return {bulk_page,
          show("fleet", sample_fleet()),
          show("fleet-compact", compact()),
          show("fleet-first-use", first_use()),
          show("fleet-filtered-empty", filtered),
          show("fleet-wrong-filter", wrong_filter()),
          show("fleet-loading", loading),
          show("fleet-failed", failed),
          show("fleet-auth-disabled", open)};
}

}  // namespace holdfast::preview
