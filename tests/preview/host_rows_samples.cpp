#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "samples.hpp"

namespace holdfast::preview {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr auto kSilent = minutes(30);  // from here on a host that does not report is Warning

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
    case 'c':
      return Run::Cancelled;
    default:
      return Run::NotScheduled;
  }
}

// Percent of the processor, of memory and of the fullest disk; below 0: no data.
struct Figures {
  int cpu = -1, memory = -1, disk = -1;
  int running = -1, containers = -1;
  std::string_view mount = "/srv";
};

struct Sample {
  std::string_view name, facts, customer;
  std::vector<std::string_view> tags = {};
  HostStatus status = HostStatus::Ok;
  std::string_view reason = {}, activity = {};
  std::string_view runs = "oooooooooooooo";
  core::seconds age = {};  // of the last good backup; 0: there is none
  Figures figures = {};
  std::vector<std::string_view> repositories = {"b2-prod"};
  core::seconds silent = {};  // 0: it reports
  std::string_view version = kVersion;
  bool report_only = false;
};

std::vector<Sample> down_samples() {
  return {{.name = "clinic-kv-nas",
           .facts = "Debian 12 · 10.44.0.2",
           .customer = "kisvarda-clinic",
           .tags = {"nas"},
           .status = HostStatus::Down,
           .reason = "Last good backup is past twice its limit of 26 h; backup failed 3 times in a row",
           .runs = "oooooooooooxxx",
           .age = hours(76),
           .figures = {12, 41, 78, 6, 6}},
          {.name = "mail-edge-02",
           .facts = "Debian 12 · 203.0.113.7",
           .customer = "harbour",
           .tags = {"edge", "prod"},
           .status = HostStatus::Down,
           .runs = "ooooooopoooooo",
           .age = hours(33),
           .figures = {16, 57, 61, -1, -1, "/var/spool"},
           .silent = kAwayFor}};
}

std::vector<Sample> warning_samples() {
  return {{.name = "pg-primary",
           .facts = "Ubuntu 24.04 · 10.20.3.10",
           .customer = "harbour",
           .tags = {"prod", "db"},
           .status = HostStatus::Warning,
           .reason = "Last good backup of postgres is past its limit of 26 h; the last backup of postgres failed",
           .runs = "ooooooooooooox",
           .age = hours(31),
           .figures = {34, 72, 88, 3, 4, "/backup-staging"},
           .repositories = {"b2-prod-db", "local-attic"}},
          {.name = "media-01",
           .facts = "Debian 12 · 10.20.9.12",
           .customer = "default",
           .tags = {"home"},
           .status = HostStatus::Warning,
           .reason = "Disk /srv/media is 93% full",
           .age = hours(7),
           .figures = {18, 38, 93, 11, 11, "/srv/media"},
           .repositories = {"local-attic"}},
          {.name = "git-forge",
           .facts = "Debian 12 · 10.20.2.30",
           .customer = "harbour",
           .tags = {"prod"},
           .status = HostStatus::Warning,
           .reason = "Some files could not be read in the last backup",
           .runs = "oooooooooooopp",
           .age = minutes(410),
           .figures = {9, 55, 47, 4, 4},
           .repositories = {"git-mirror"}},
          {.name = "dental-rcpt-pc",
           .facts = "Windows 11 · 192.168.7.21",
           .customer = "brennan-dental",
           .status = HostStatus::Warning,
           .runs = "",
           .age = hours(19),
           .figures = {21, 63, 58, -1, -1, "C:"},
           .repositories = {},
           .silent = minutes(41),
           .version = "3.1.4",
           .report_only = true}};
}

std::vector<Sample> other_samples() {
  return {{.name = "new-kiosk",
           .facts = "",
           .customer = "harbour",
           .status = HostStatus::Waiting,
           .reason = "Waiting for the agent to connect",
           .runs = "",
           .repositories = {},
           .version = ""},
          {.name = "nas-02",
           .facts = "",
           .customer = "harbour",
           .status = HostStatus::Waiting,
           .reason = "Waiting for the first report",
           .runs = "",
           .repositories = {},
           .version = "",
           .report_only = true},
          {.name = "lab-scratch",
           .facts = "Debian 12 · 10.20.8.4",
           .customer = "lab",
           .tags = {"lab"},
           .status = HostStatus::Paused,
           .runs = "",
           .age = hours(120),
           .figures = {3, 12, 15, 0, 0},
           .repositories = {},
           .version = "3.2.0",
           .report_only = true}};
}

Sample well(std::string_view name, std::string_view facts, std::vector<std::string_view> tags, core::seconds age,
            Figures figures) {
  return {.name = name, .facts = facts, .customer = "harbour", .tags = std::move(tags), .age = age, .figures = figures};
}

std::vector<Sample> ok_samples() {
  Sample app = well("app-01", "Debian 12 · 10.20.2.11", {"prod"}, kAppAge, {71, 66, 52, 9, 9});
  app.activity = kAppActivity;
  app.runs = kAppRuns.substr(1);
  Sample attic = well("nas-attic", "Debian 12 · 10.20.9.3", {"home", "nas"}, minutes(1290), {44, 31, 71, 2, 2});
  attic.activity = "Backing up";
  attic.runs = "ooooooooooooor";
  attic.customer = "default";
  attic.repositories = {"local-attic"};
  Sample law = well("law-files-01", "Debian 11 · 172.16.9.5", {}, minutes(521), {8, 44, 81});
  law.customer = "hartmann-law";
  law.version = "1.4.1";
  Sample replica = well("pg-replica", "Ubuntu 24.04 · 10.20.3.11", {"prod", "db"}, minutes(445), {22, 68, 63, 2, 2});
  replica.repositories = {"b2-prod-db"};
  Sample garage =
      well("pi-garage", "Raspberry Pi OS 12 · 10.20.9.40", {"home", "arm64"}, minutes(555), {6, 29, 34, 3, 3});
  garage.customer = "default";
  garage.repositories = {"local-attic"};
  garage.runs = "omooooooooooco";
  garage.version = "1.4.0";
  Sample third = well("app-03", "Debian 12 · 10.20.2.13", {"prod"}, minutes(438), {24, 58, 51, 9, 9});
  third.runs = "ooooxooooooooo";
  Sample node = well("k3s-node-2", "Debian 12 · 10.20.5.22", {"prod", "k3s"}, minutes(364), {41, 74, 46, 28, 28});
  node.runs = "ooooooooooo";
  return {app,
          attic,
          well("app-02", "Debian 12 · 10.20.2.12", {"prod"}, minutes(440), {26, 61, 50, 9, 9}),
          third,
          well("k3s-node-1", "Debian 12 · 10.20.5.21", {"prod", "k3s"}, minutes(362), {38, 70, 44, 31, 31}),
          node,
          law,
          well("monitor-01", "Debian 13 · 10.20.0.5", {"prod"}, minutes(270), {17, 36, 28, 7, 7}),
          replica,
          garage,
          well("vault-core-with-a-very-long-name-in-the-basement-rack-3", "Alpine 3.22 · 10.20.0.9", {"prod"},
               minutes(132), {4, 18, 19, 1, 1}),
          well("web-lb-01", "Debian 12 · 10.20.1.10", {"prod", "edge"}, minutes(428), {29, 34, 31, 2, 2})};
}

Level level_of_disk(int percent) {
  if (percent > 97) return Level::Down;
  return percent >= 85 ? Level::Warning : Level::Calm;
}

Metric metric(int percent, Level level = Level::Calm) {
  if (percent < 0) return {};
  return {percent, level};
}

// A day of something that wanders about `middle`, and is there at the end.
std::vector<double> wander(int middle, std::size_t count, unsigned seed) {
  std::vector<double> values;
  double value = middle;
  for (std::size_t i = 0; i < count; ++i) {
    seed = seed * 1664525u + 1013904223u;
    value += (static_cast<double>(seed >> 16 & 0xff) / 255 - 0.5) * 14 + (middle - value) * 0.3;
    values.push_back(std::clamp(value, 1.0, 100.0));
  }
  values.back() = middle;
  return values;
}

void add_figures(HostRow& host, const Sample& sample) {
  const Figures& figures = sample.figures;
  if (figures.cpu < 0) return;
  host.cpu = wander(figures.cpu, 24, static_cast<unsigned>(sample.name.size() * 77 + 5));
  const auto hours_without = static_cast<std::ptrdiff_t>(sample.silent / hours(1));
  std::fill(host.cpu.end() - hours_without, host.cpu.end(), std::nan(""));
  if (sample.name == "git-forge") std::fill_n(host.cpu.begin() + 9, 5, std::nan(""));
  host.cpu_now = metric(figures.cpu);
  host.memory = metric(figures.memory);
  host.disk = metric(figures.disk, level_of_disk(figures.disk));
  host.disk_mount = figures.mount;
  // Reports come every few minutes.
  host.last_report = before(sample.silent > kSilent ? sample.silent : minutes(1 + sample.name.size() % 8));
  host.old = sample.silent > kSilent;
  if (figures.containers < 0) return;
  host.containers = static_cast<std::uint64_t>(figures.containers);
  host.containers_running = static_cast<std::uint64_t>(figures.running);
}

void add_recovery(HostRow& host, const Sample& sample) {
  host.recovery = {.at = {}, .limit = kBackupLimit, .now = now()};
  if (sample.age.count() > 0) host.recovery.at = before(sample.age);
  if (sample.status != HostStatus::Paused) return;
  host.recovery.limit.reset();
  host.recovery_text = "not expected";
}

HostRow row(const Sample& sample, std::size_t number) {
  HostRow host;
  host.id = fmt::format("01JD{:0>22}", number);
  host.name = sample.name;
  host.link = Url("/hosts").segment(host.id);
  host.status = sample.status;
  if (!sample.reason.empty()) host.reason = {std::string(sample.reason)};
  if (sample.silent > kSilent)
    host.reason =
        core::words_of({core::finding::Silence{.missing = {}, .since = before(sample.silent), .refused = {}}});
  host.activity = sample.activity;
  host.facts = sample.status == HostStatus::Paused ? fmt::format("Paused by {}: {}", kLabPause.by, kLabPause.reason)
                                                   : std::string(sample.facts);
  host.customer = {std::string(customer_of(sample.customer).name), Url("/customers").segment(sample.customer)};
  for (const auto tag : sample.tags)
    host.tags.push_back({std::string(tag), Url("/").query("q", fmt::format("tag:{}", tag))});
  host.report_only = sample.report_only;
  host.connected = !sample.report_only && sample.figures.cpu >= 0 && sample.silent < kSilent;
  host.runs = strip(sample.runs);
  add_recovery(host, sample);
  add_figures(host, sample);
  for (const auto repository : sample.repositories) host.repositories.emplace_back(repository);
  host.version = sample.version;
  host.outdated = !sample.report_only && !sample.version.empty() && sample.version < kVersion;
  return host;
}

}  // namespace

RunStrip strip(std::string_view pattern) {
  RunStrip result;
  for (const char letter : pattern) result.runs.push_back(run(letter));
  return result;
}

const Customer& customer_of(std::string_view slug) {
  return *std::ranges::find(kCustomers, slug, &Customer::slug);
}

const std::vector<HostRow>& host_rows() {
  static const std::vector<HostRow> rows = [] {
    std::vector<HostRow> all;
    for (const auto& samples : {down_samples(), warning_samples(), other_samples(), ok_samples()})
      for (const Sample& sample : samples) all.push_back(row(sample, all.size() + 1));
    return all;
  }();
  return rows;
}

const HostRow& host_row(std::string_view name) {
  return *std::ranges::find(host_rows(), name, &HostRow::name);
}

std::vector<HostRow> rows_of_customer(const Customer& customer) {
  std::vector<HostRow> rows;
  std::ranges::copy_if(host_rows(), std::back_inserter(rows),
                       [&](const HostRow& host) { return host.customer.text == customer.name; });
  return rows;
}

std::vector<HostRow> rows_of_repository(std::string_view repository) {
  std::vector<HostRow> rows;
  std::ranges::copy_if(host_rows(), std::back_inserter(rows), [&](const HostRow& host) {
    return std::ranges::find(host.repositories, repository) != host.repositories.end();
  });
  return rows;
}

Pulse pulse_of(const std::vector<HostRow>& rows) {
  const auto count = [&](HostStatus status) {
    return static_cast<std::size_t>(std::ranges::count(rows, status, &HostRow::status));
  };
  Pulse pulse;
  pulse.down = count(HostStatus::Down);
  pulse.warning = count(HostStatus::Warning);
  pulse.ok = count(HostStatus::Ok);
  pulse.waiting = count(HostStatus::Waiting);
  pulse.paused = count(HostStatus::Paused);
  pulse.agents = static_cast<std::size_t>(std::ranges::count(rows, false, &HostRow::report_only));
  pulse.connected = static_cast<std::size_t>(std::ranges::count(rows, true, &HostRow::connected));
  return pulse;
}

std::size_t customers_with_hosts() {
  return static_cast<std::size_t>(
      std::ranges::count_if(kCustomers, [](const Customer& customer) { return !rows_of_customer(customer).empty(); }));
}

}  // namespace holdfast::preview
