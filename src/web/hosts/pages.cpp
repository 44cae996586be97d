#include <fmt/format.h>

#include <algorithm>

#include "customers/options.hpp"
#include "fleet/show.hpp"
#include "hosts/history/show_history.hpp"
#include "hosts/limits/limits_form.hpp"
#include "hosts/pages.hpp"
#include "hosts/pauses.hpp"
#include "hosts/show.hpp"
#include "hosts/show_figures.hpp"
#include "kit/answers.hpp"
#include "kit/handlers.hpp"
#include "kit/json/pretty_json.hpp"
#include "kit/queries.hpp"
#include "kit/show.hpp"
#include "protocol/report/report.hpp"
#include "templates.hpp"
#include "text/utf8.hpp"

namespace holdfast::web {
namespace {

constexpr std::size_t kReportsShown = 20;
constexpr std::size_t kSummaryBytes = 200;

core::StatusLimits limits_of(const fleet::Watch& watch, const fleet::HostDetail& detail) {
  return shown_limits(detail.overview.status.limits, watch.limits());
}

HostContext context_of(const HostPages::Parts& parts, const fleet::HostDetail& detail) {
  return {parts.clock.now(), limits_of(parts.watch, detail), host_url(detail.overview.host.id)};
}

HistoryContext history_context(const fleet::Watch& watch, const fleet::HostDetail& detail, std::string_view range,
                               const std::string& container) {
  return {host_url(detail.overview.host.id), range, limits_of(watch, detail).backup_age, detail.jobs, container};
}

std::string_view health_word(core::Health health) {
  switch (health) {
    case core::Health::Ok:
      return "OK";
    case core::Health::Warn:
      return "Warning";
    case core::Health::Fail:
      break;
  }
  return "Failing";
}

views::Level health_level(core::Health health) {
  if (health == core::Health::Fail) return views::Level::Down;
  return health == core::Health::Warn ? views::Level::Warning : views::Level::Calm;
}

views::ReportRow show_report_row(const fleet::ReportDocument& document) {
  views::ReportRow row;
  row.link = host_url(document.host, "reports").segment(report_id(document.at));
  row.at = document.at;
  row.received_at = document.received_at;
  row.clock_ahead = document.clock_ahead;
  const auto report = protocol::parse_report(document.document);
  if (!report) return row;
  if (report->health) {
    row.health = health_word(*report->health);
    row.level = health_level(*report->health);
  }
  if (!report->issues.empty()) row.summary = text::truncate_utf8(report->issues.front(), kSummaryBytes);
  return row;
}

views::RawReport show_raw(const fleet::ReportDocument& document) {
  views::RawReport raw;
  raw.at = document.at;
  raw.received_at = document.received_at;
  raw.clock_ahead = document.clock_ahead;
  raw.pretty = pretty_json(document.document);
  raw.bytes = document.document.size();
  raw.download = host_url(document.host, "reports").segment(report_id(document.at)).segment("document");
  return raw;
}

core::Error no_such_report() {
  return {core::ErrorKind::NotFound, "no_such_report", "The host has no such report, or it is no longer kept."};
}

views::CodeBox first_report(std::string_view base_url, const fleet::HostOverview& overview) {
  return {"first-report", "Command that sends a report",
          fmt::format("curl -H 'Authorization: Bearer YOUR-KEY' -d '{{\"customer_id\":\"{}\",\"host\":\"{}\"}}' "
                      "{}/api/v1/report",
                      overview.customer.slug, overview.host.name, base_url)};
}

}  // namespace

HostPages::HostPages(http::Router& router, Guard& guard, Shell& shell, Parts parts)
    : guard_(guard), shell_(shell), parts_(parts) {
  add_page(router, guard, this, "GET", "/hosts/{id}", &HostPages::show);
  add_page(router, guard, this, "GET", "/hosts/{id}/backups", &HostPages::show_backups);
  add_page(router, guard, this, "GET", "/hosts/{id}/history", &HostPages::show_history);
  add_page(router, guard, this, "GET", "/hosts/{id}/reports", &HostPages::show_reports);
  add_page(router, guard, this, "GET", "/hosts/{id}/reports/{report}", &HostPages::show_reports);
  add_page(router, guard, this, "GET", "/hosts/{id}/reports/{report}/document", &HostPages::download_report);
  add_page(router, guard, this, "GET", "/hosts/{id}/settings", &HostPages::show_settings);
  add_forms(router, guard);
}

Task<core::Result<fleet::HostDetail>> HostPages::frame(http::Request& request, const Visitor& visitor, Tab tab,
                                                       views::HostFrame& frame, std::string topics) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return std::unexpected(id.error());
  auto detail = co_await parts_.hosts.detail(*id);
  if (!detail) co_return detail;
  const auto& overview = detail->overview;
  frame.page = co_await shell_.page(request, visitor, overview.host.name, views::Section::Fleet,
                                    fmt::format("host:{}{}", id->text(), topics));
  frame.head = show_head(*detail, context_of(parts_, *detail));
  frame.tabs = {{"Overview", host_url(*id), {}, tab == Tab::Overview},
                {"Backups", host_url(*id, "backups"), {}, tab == Tab::Backups},
                {"Reports", host_url(*id, "reports"), {}, tab == Tab::Reports},
                {"Settings", host_url(*id, "settings"), {}, tab == Tab::Settings}};
  if (!overview.host.enrolled) frame.tabs.erase(frame.tabs.begin() + 1);
  co_return detail;
}

Task<http::Response> HostPages::show(http::Request& request, Visitor visitor) {
  views::HostOverviewPage page;
  const auto range = read_history_range(request.query_value("range"));
  const auto topics = fmt::format(",history:{}", request.parameter("id"));
  const auto detail = co_await frame(request, visitor, Tab::Overview, page, topics);
  if (!detail) co_return error_page(shell_, request, detail.error());
  const std::string container(request.query_value("container"));
  page.page.stream.query("range", range);
  if (!container.empty()) page.page.stream.query("container", container);
  const auto& overview = detail->overview;
  const auto& id = overview.host.id;
  page.figures = no_figures(overview.host, page.page.now);
  const auto latest = co_await parts_.reports.latest(id);
  if (latest) {
    const auto reading = protocol::read_report(latest->document);
    if (!reading.refusal)
      page.figures = web::show_figures(reading.report, latest->at, overview.full_at, context_of(parts_, *detail));
    page.figures.left_out = reading.left_out;
    const auto period = fleet::parse_period(range, page.page.now);
    auto history = co_await parts_.histories.of_host(id, *period);
    page.history = web::show_history(std::move(history), history_context(parts_.watch, *detail, range, container));
  }
  page.notes = detail->notes;
  page.connection = show_connection(overview, page.page.now);
  if (!overview.host.enrolled) {
    if (!latest && !page.head.pings_only) page.report_command = first_report(guard_.base_url(request), overview);
    co_return render(200, render_host_overview_page, page);
  }
  page.jobs_panel =
      views::HostJobsPanel{show_host_jobs(*detail, page.page.now), views::Url("/jobs").query("host", id.text())};
  if (!overview.has_plan && overview.host.needs_backup) {
    const auto repositories = co_await parts_.repositories.list();
    page.plan = show_plan(*detail, repositories);
  }
  co_return render(200, render_host_overview_page, page);
}

Task<http::Response> HostPages::show_backups(http::Request& request, Visitor visitor) {
  Problem none;
  co_return co_await backups_page(request, std::move(visitor), std::move(none));
}

Task<http::Response> HostPages::backups_page(http::Request& request, Visitor visitor, Problem problem) {
  views::HostBackupsPage page;
  const auto detail = co_await frame(request, visitor, Tab::Backups, page);
  if (!detail) co_return error_page(shell_, request, detail.error());
  const auto& id = detail->overview.host.id;
  const auto repositories = co_await parts_.repositories.list();
  page.page.here = host_url(id, "backups");
  page.head.backup.error = problem.backup;
  page.plan = show_plan(*detail, repositories);
  page.plan.error = problem.errors.of("repository");
  page.schedules = co_await schedules_of(*detail, page.page.now);
  page.schedules.error = problem.errors.of("protect");
  for (auto& group : page.plan.source_groups)
    if (problem.group && problem.group->id == group.form.id) group.form = *problem.group;
  if (problem.group && problem.group->id.empty()) page.plan.new_source_group = *problem.group;
  page.jobs_panel = {show_host_jobs(*detail, page.page.now), views::Url("/jobs").query("host", id.text())};
  co_return render(problem.status, render_host_backups_page, page);
}

Task<views::HostSchedules> HostPages::schedules_of(const fleet::HostDetail& detail, core::Time now) {
  const auto& id = detail.overview.host.id;
  views::HostSchedules shown;
  shown.host = id.text();
  shown.now = now;
  shown.can_protect = !detail.repositories.empty();
  shown.needs_source_group = detail.source_groups.empty();
  const auto schedules = co_await parts_.schedule_sets.of_host(id);
  if (!schedules) co_return shown;
  shown.is_behind = schedules->version != schedules->acknowledged;
  for (const auto& entry : schedules->entries)
    shown.entries.push_back({entry.schedule.name, views::Url("/schedules").segment(entry.schedule.id.text()),
                             entry.sentence, entry.schedule.timezone, entry.next, entry.schedule.enabled});
  co_return shown;
}

Task<http::Response> HostPages::show_history(http::Request& request, Visitor visitor) {
  views::HostHistoryPage page;
  const auto range = read_history_range(request.query_value("range"));
  const auto detail = co_await frame(request, visitor, Tab::Overview, page);
  if (!detail) co_return error_page(shell_, request, detail.error());
  const auto period = fleet::parse_period(range, page.page.now);
  const auto history = co_await parts_.histories.of_host(detail->overview.host.id, *period);
  const std::string container(request.query_value("container"));
  page.history = show_history_table(history, history_context(parts_.watch, *detail, range, container));
  co_return render(200, render_host_history_page, page);
}

Task<http::Response> HostPages::show_reports(http::Request& request, Visitor visitor) {
  views::HostReportsPage page;
  const auto detail = co_await frame(request, visitor, Tab::Reports, page);
  if (!detail) co_return error_page(shell_, request, detail.error());
  const auto& id = detail->overview.host.id;
  const auto last = co_await parts_.reports.last(id, kReportsShown);
  std::optional<fleet::ReportDocument> chosen;
  if (!request.parameter("report").empty()) {
    const auto at = path_report(request);
    if (!at) co_return error_page(shell_, request, no_such_report());
    const auto found = co_await parts_.reports.find(id, *at);
    if (!found) co_return error_page(shell_, request, found.error());
    chosen = *found;
  } else if (!last.empty()) {
    chosen = last.front();
  }
  for (const auto& document : last) {
    page.reports.push_back(show_report_row(document));
    page.reports.back().current = chosen && chosen->at == document.at;
  }
  if (chosen) page.raw = show_raw(*chosen);
  co_return render(200, render_host_reports_page, page);
}

Task<http::Response> HostPages::download_report(http::Request& request, Visitor) {
  const auto id = path_id<core::HostId>(request);
  const auto at = path_report(request);
  if (!id || !at) co_return error_page(shell_, request, no_such_report());
  const auto found = co_await parts_.reports.find(*id, *at);
  if (!found) co_return error_page(shell_, request, found.error());
  auto response = http::json_response(200, found->document);
  response.headers.set("Content-Disposition", fmt::format("attachment; filename=\"report-{}.json\"", report_id(*at)));
  co_return response;
}

Task<http::Response> HostPages::show_settings(http::Request& request, Visitor visitor) {
  Problem none;
  co_return co_await settings_page(request, std::move(visitor), std::move(none));
}

Task<http::Response> HostPages::settings_page(http::Request& request, Visitor visitor, Problem problem) {
  views::HostSettingsPage page;
  const auto detail = co_await frame(request, visitor, Tab::Settings, page);
  if (!detail) co_return error_page(shell_, request, detail.error());
  const auto& overview = detail->overview;
  const auto& id = overview.host.id;
  page.page.here = host_url(id, "settings");
  const auto typed = [&](std::string_view field, std::string stored) {
    return problem.typed && problem.typed->contains(field) ? std::string(problem.typed->get(field)) : std::move(stored);
  };
  page.name = typed("name", overview.host.name);
  page.tags = typed("tags", join_tags(overview.tags));
  page.notes = typed("notes", detail->notes);
  page.customer = typed("customer", overview.customer.slug);
  page.customers = co_await customer_options(parts_.customers, page.customer);
  page.known_tags = co_await parts_.hosts.tags();
  page.pause.pause = host_url(id, "pause");
  page.pause.resume = host_url(id, "resume");
  page.pause.name = overview.host.name;
  page.pause.state = show_pause(overview);
  page.pause.until = pause_end_field(typed("until", ""));
  page.pause.reason = typed("reason", "");
  page.pause.errors = problem.errors;
  page.pause.now = page.page.now;
  page.errors = problem.errors;
  page.needs_backup = overview.host.needs_backup;
  const auto limits = co_await parts_.hosts.limits(id);
  if (!limits) co_return error_page(shell_, request, limits.error());
  page.limits = show_limits(host_url(id, "limits"), limits->own, &limits->all);
  page.limits.hint = "An empty field takes the limit of a tag, of the customer or of the hub.";
  if (!problem.limits.empty()) keep_typed(page.limits, *problem.typed, std::move(problem.limits));
  co_return render(problem.status, render_host_settings_page, page);
}

}  // namespace holdfast::web
