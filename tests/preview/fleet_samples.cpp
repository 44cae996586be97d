#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "samples.hpp"
#include "templates.hpp"

namespace holdfast::preview {
namespace {

using std::chrono::hours;

// Runs that ended, by the hour, oldest first.
std::vector<HourOfRuns> hours_of_runs() {
  std::vector<HourOfRuns> result(24);
  const auto hour_of = [&](core::seconds ago) -> HourOfRuns& {
    return result[23 - static_cast<std::size_t>(ago / hours(1))];
  };
  for (const HostRow& host : host_rows()) {
    if (host.runs.runs.empty() || !host.recovery.at) continue;
    const auto age = std::chrono::floor<core::seconds>(now() - *host.recovery.at);
    if (age < hours(24)) ++(host.name == "git-forge" ? hour_of(age).partial : hour_of(age).succeeded);
  }
  ++hour_of(kPgStarted - kPgTook).failed;
  ++hour_of(hours(4)).failed;  // clinic-kv-nas
  return result;
}

std::size_t count_of(auto condition) {
  return static_cast<std::size_t>(std::ranges::count_if(host_rows(), condition));
}

bool within_limit(const HostRow& host) {
  return host.recovery.at && now() - *host.recovery.at < kBackupLimit;
}

bool reported_lately(const HostRow& host) {
  return host.last_report && now() - *host.last_report < hours(1);
}

bool never_backed_up(const HostRow& host) {
  return !host.recovery.at;
}

// With `more` hosts of which there is nothing to tell.
FleetBand band(const Pulse& pulse, std::size_t more = 0) {
  FleetBand band;
  band.pulse = pulse;
  band.down_text = "1 not reporting, 1 overdue";
  band.warning_text = "1 not reporting, 1 overdue, 1 partial, 1 disk";
  band.other_text = fmt::format("{} paused, {} waiting", pulse.paused, pulse.waiting);
  band.hours = hours_of_runs();
  band.now = now();
  band.facts = {{"Recovery point met", fmt::format("{} of {} hosts", count_of(within_limit) + more, pulse.total())},
                {"Reported in the last hour", fmt::format("{} of {}", count_of(reported_lately) + more, pulse.total())},
                {"Agents connected", fmt::format("{} of {}", pulse.connected, pulse.agents)},
                {"Unprotected", fmt::format("{} hosts", count_of(never_backed_up))}};
  return band;
}

Tab tag_chip(std::string_view tag) {
  const auto has_tag = [&](const HostRow& host) {
    return std::ranges::find(host.tags, tag, &Tag::text) != host.tags.end();
  };
  return {std::string(tag), Url("/").query("q", fmt::format("tag:{}", tag)), count_of(has_tag), false};
}

FleetTools tools() {
  FleetTools tools;
  tools.kept = {{"sort", "worst"}};
  tools.sorts = {{"worst", "worst status first", true}, {"name", "by name", false}};
  const Pulse pulse = pulse_of(host_rows());
  tools.chips = {{"All", Url("/"), pulse.total(), true},
                 {"Needs attention", Url("/").query("q", "status:warn,down"), pulse.warning + pulse.down, false},
                 {"Running", Url("/").query("q", "job:running"), std::nullopt, false},
                 tag_chip("prod"),
                 tag_chip("home")};
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
  view.band = band(view.page.pulse);
  view.tools = tools();
  view.table = host_table(host_rows());
  view.total = view.table.rows.size();
  view.customers = customers_with_hosts();
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
  view.total = view.customers = 0;
  view.page.pulse = {};
  view.page.notice = Notice{Tone::Ok, "The account exists.", "The next step is the first host.", {}, {}};
  return view;
}

// Nothing is shown of it.
FleetPage filtered(std::string query) {
  FleetPage view = sample_fleet();
  view.table.rows.clear();
  view.tools.query = std::move(query);
  view.tools.chips[0].current = false;
  return view;
}

FleetPage wrong_filter() {
  FleetPage view = filtered("tag:prod disk:>full");
  view.tools.error = "disk:>full: after > there must be a number.";
  return view;
}

// All columns, narrow rows, the later page of a fleet of 50 hosts more, of which the filter passes over those without
// figures.
FleetPage compact() {
  constexpr std::size_t kBefore = 50;
  FleetPage view = sample_fleet();
  for (const auto count : {&Pulse::ok, &Pulse::agents, &Pulse::connected}) view.page.pulse.*count += kBefore;
  view.band = band(view.page.pulse, kBefore);
  view.total = view.page.pulse.total();
  view.tools.chips[0] = {"All", Url("/"), view.total, false};
  view.tools.query = "disk:>10";
  view.tools.density = view.table.density = Density::Compact;
  view.table.hidden = "no-customer no-repository";
  std::erase_if(view.table.rows, [](const HostRow& host) { return !host.disk.percent; });
  std::ranges::sort(view.table.rows, {}, &HostRow::name);
  view.table.heads[0].direction = "";
  view.table.heads[1].direction = "ascending";
  view.table.caption = "Hosts, by name";
  view.table.order = "by name";
  for (Option& sort : view.tools.sorts) sort.selected = sort.value == "name";
  view.table.pager.first = view.table.pager.previous = Url("/");
  view.table.pager.from = kBefore + 1;
  view.table.pager.to = view.table.pager.total = kBefore + view.table.rows.size();
  view.partial = Notice{Tone::Info, fmt::format("{} hosts have never reported.", view.page.pulse.waiting),
                        "A filter on figures leaves them out.", Url("/").query("q", "status:waiting"), "Show them"};
  return view;
}

}  // namespace

core::Time before(core::seconds age) {
  return now() - age;
}

Page page(std::string title, Section section) {
  Page result;
  result.title = std::move(title);
  result.section = section;
  result.here = Url("/");
  result.now = now();
  result.user = "Márta Kovács";
  result.manual = Url("/manual/guide/fleet");
  result.version = kVersion;
  result.pulse = pulse_of(host_rows());
  result.pulse.waiting_hosts = kMachinesToApprove;
  result.pulse.unfinished_jobs = kUnfinishedJobs;
  return result;
}

LimitsForm sample_limits(Url action, const SetLimits& set) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kFields{
      {{"backup_age", "Last good backup at most, hours old"},
       {"failures", "Failed backups in a row until Down"},
       {"silence_warning", "Minutes without a report until Warning"},
       {"silence_down", "Minutes without a report until Down"},
       {"disk_warning", "Fullest disk, percent for Warning"},
       {"disk_down", "Fullest disk, percent for Down"}}};
  LimitsForm form;
  form.action = std::move(action);
  for (std::size_t i = 0; i < kFields.size(); ++i)
    form.fields.push_back({std::string(kFields[i].first), std::string(kFields[i].second), std::string(set[i]), {}, {}});
  return form;
}

HostTable host_table(std::vector<HostRow> rows) {
  HostTable table;
  table.caption = "Hosts, worst status first";
  table.heads = heads();
  table.rows = std::move(rows);
  table.hidden = "no-customer no-repository no-report";
  const auto count = table.rows.size();
  table.pager = {1, count, count, count == 1 ? "host" : "hosts", {}, {}, {}, {}};
  table.back = "/";
  table.order = "worst status first";
  return table;
}

std::vector<Preview> fleet_previews() {
  FleetPage loading = sample_fleet();
  loading.loading = true;
  FleetPage failed = sample_fleet();
  failed.failure = Failure{"Hosts could not be loaded",
                           "The database did not answer within 5 s. The agents go on working.", "01JD8f2c1d", Url("/")};
  FleetPage open = sample_fleet();
  open.page.auth_disabled = true;
  BulkPage bulk;
  bulk.page = page("Back up now", Section::Fleet);
  bulk.title = "Back up now: done for 1 of 2 hosts";
  bulk.rows = {{"app-02", host_row("app-02").link, true, "Backup requested"},
               {"new-kiosk", host_row("new-kiosk").link, false, "This host has no source group yet. Add one first."}};
  bulk.back = Url("/");
  Preview bulk_page{"fleet-bulk", {}};
  web::render_bulk_page(bulk_page.html, bulk);
  return {bulk_page,
          show("fleet", sample_fleet()),
          show("fleet-compact", compact()),
          show("fleet-first-use", first_use()),
          show("fleet-filtered-empty", filtered("pgx")),
          show("fleet-wrong-filter", wrong_filter()),
          show("fleet-loading", loading),
          show("fleet-failed", failed),
          show("fleet-auth-disabled", open)};
}

}  // namespace holdfast::preview
