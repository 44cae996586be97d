#include "schedules/pages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "customers/options.hpp"
#include "fleet/schedules/preview.hpp"
#include "kit/answers.hpp"
#include "kit/handlers.hpp"
#include "kit/show.hpp"
#include "schedules/show.hpp"
#include "templates.hpp"
#include "text/ascii.hpp"
#include "text/number.hpp"

namespace holdfast::web {
namespace {

constexpr std::string_view kNewCron = "0 1 * * *";
constexpr std::string_view kNewTimezone = "UTC";
constexpr std::string_view kNewWindow = "240";

constexpr std::array<std::pair<core::MissedRun, std::string_view>, 3> kMissed{{
    {core::MissedRun::RunOnce, "Run once when the host is back"},
    {core::MissedRun::WithinWindow, "Run once, within the window only"},
    {core::MissedRun::Skip, "Wait for the next one"},
}};

views::Url schedule_url(const core::ScheduleId& id) {
  return views::Url("/schedules").segment(id.text());
}

std::vector<views::Option> missed_options(core::MissedRun chosen) {
  std::vector<views::Option> options;
  for (const auto& [missed, text] : kMissed)
    options.push_back({std::string(core::to_text(missed)), std::string(text), missed == chosen});
  return options;
}

views::ScheduleRow show_schedule_row(const fleet::ScheduleOverview& overview, bool with_customer, core::Time now) {
  views::ScheduleRow row;
  row.name = overview.schedule.name;
  row.link = schedule_url(overview.schedule.id);
  row.sentence = overview.sentence;
  row.timezone = overview.schedule.timezone;
  if (with_customer) row.customer = overview.customer_name;
  row.enabled = overview.schedule.enabled;
  row.hosts = overview.hosts;
  if (!overview.runs.empty()) row.next = overview.runs.front().at;
  row.warnings = warnings_of(overview);
  row.now = now;
  return row;
}

views::ScheduleTimes show_times(const std::string& cron, const std::string& timezone, core::Time now) {
  views::ScheduleTimes times;
  times.timezone = timezone;
  times.now = now;
  const auto preview = fleet::preview_schedule(cron, timezone, now, fleet::kNextRunsShown);
  if (!preview) return times;
  times.sentence = preview->sentence;
  for (const auto& run : preview->runs)
    times.runs.push_back({local_moment(run.local), run.at, std::string(clock_note(run.change))});
  times.warnings = warnings_of(*preview);
  return times;
}

template <class Id>
std::vector<Id> ids_in(const http::Form& form, std::string_view name) {
  std::vector<Id> ids;
  for (const auto value : form.all(name)) ids.emplace_back(std::string(value));
  return ids;
}

// Of a window that is no number the use case says what is wrong.
fleet::ScheduleEdit read_schedule_form(const http::Form& form) {
  fleet::ScheduleEdit edit;
  auto& schedule = edit.schedule;
  schedule.name = text::trim(form.get("name"));
  schedule.cron = text::trim(form.get("cron"));
  schedule.timezone = text::trim(form.get("timezone"));
  const auto window = text::trim(form.get("window_minutes"));
  schedule.window = std::chrono::minutes(window.empty() ? 0 : text::parse_number<std::int32_t>(window).value_or(-1));
  schedule.missed = core::parse_missed_run(form.get("missed")).value_or(core::MissedRun::RunOnce);
  schedule.enabled = form.get("enabled") != "no";
  schedule.applies_to.tags = split_tags(form.get("tags"));
  schedule.repositories = ids_in<core::RepositoryId>(form, "repository");
  schedule.source_groups = ids_in<core::SourceGroupId>(form, "source_group");
  edit.customer = form.get("customer");
  for (const auto& line : split_lines(form.get("hosts"))) edit.host_names.emplace_back(text::trim(line));
  return edit;
}

views::ScheduleForm show_form(const core::Schedule& schedule, const std::vector<std::string>& host_names) {
  views::ScheduleForm form;
  form.id = schedule.id.text();
  form.name = schedule.name;
  form.cron = schedule.cron;
  form.timezone = schedule.timezone;
  form.window = std::to_string(schedule.window.count());
  form.missed = missed_options(schedule.missed);
  form.tags = join_tags(schedule.applies_to.tags);
  form.hosts = join_lines(host_names);
  form.enabled = schedule.enabled;
  for (const auto& group : schedule.source_groups) form.source_groups.push_back(group.text());
  return form;
}

std::string as_sentence(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

// "cron: hour: 25 is not from 0 to 23" belongs to the field "cron".
views::FieldError field_error_of(const core::Error& error) {
  constexpr std::array<std::string_view, 8> kFields{"name",     "cron", "timezone", "window_minutes",
                                                    "customer", "tags", "hosts",    "repositories"};
  if (error.code == "name_taken") return {"name", error.message};
  for (const auto field : kFields) {
    if (error.message.starts_with(field) && error.message.substr(field.size()).starts_with(": "))
      return {std::string(field), as_sentence(error.message.substr(field.size() + 2))};
  }
  return {"", error.message};
}

}  // namespace

SchedulePages::SchedulePages(http::Router& router, Guard& guard, Shell& shell, const runtime::Clock& clock,
                             fleet::Schedules& schedules, fleet::Repositories& repositories,
                             fleet::Customers& customers)
    : shell_(shell), clock_(clock), schedules_(schedules), repositories_(repositories), customers_(customers) {
  add_page(router, guard, this, "GET", "/schedules", &SchedulePages::list);
  add_page(router, guard, this, "GET", "/schedules/new", &SchedulePages::show_new);
  add_page(router, guard, this, "POST", "/schedules", &SchedulePages::add);
  add_page(router, guard, this, "GET", "/schedules/{id}", &SchedulePages::show);
  add_page(router, guard, this, "POST", "/schedules/{id}", &SchedulePages::change);
  add_page(router, guard, this, "POST", "/schedules/{id}/run", &SchedulePages::run);
  add_page(router, guard, this, "POST", "/schedules/{id}/enabled", &SchedulePages::set_enabled);
  add_page(router, guard, this, "POST", "/schedules/{id}/delete", &SchedulePages::remove);
}

Task<http::Response> SchedulePages::list(http::Request& request, Visitor visitor) {
  views::SchedulesPage page;
  page.page = co_await shell_.page(request, visitor, "Schedules", views::Section::Schedules);
  const auto schedules = co_await schedules_.list();
  const auto is_of_first = [&](const auto& other) { return other.customer_slug == schedules.front().customer_slug; };
  const bool of_several = !std::ranges::all_of(schedules, is_of_first);
  for (const auto& overview : schedules)
    page.schedules.push_back(show_schedule_row(overview, of_several, page.page.now));
  co_return render(200, render_schedules_page, page);
}

Task<http::Response> SchedulePages::page(http::Request& request, Visitor visitor, std::optional<Refused> refused) {
  const auto id = core::ScheduleId::parse(request.parameter("id"));
  views::SchedulePage page;
  core::Schedule shown;
  shown.cron = kNewCron;
  shown.timezone = kNewTimezone;
  std::vector<std::string> host_names;
  page.heading = "Add schedule";
  if (id) {
    const auto overview = co_await schedules_.find(*id);
    if (!overview) co_return error_page(shell_, request, overview.error());
    shown = overview->schedule;
    host_names = overview->host_names;
    page.heading = shown.name;
    page.enabled = shown.enabled;
    page.host_count = overview->hosts;
    for (const auto& host : overview->applied) page.hosts.push_back({host.name, host_url(host.id)});
  }
  int status = 200;
  std::string window(id ? std::to_string(shown.window.count()) : kNewWindow);
  std::string customer;
  if (refused) {
    auto edit = read_schedule_form(refused->form);
    edit.schedule.id = shown.id;
    shown = std::move(edit.schedule);
    host_names = std::move(edit.host_names);
    customer = std::move(edit.customer);
    window = refused->form.get("window_minutes");
    status = status_of(refused->error.kind);
  }
  page.form = show_form(shown, host_names);
  page.form.window = std::move(window);
  if (refused) page.form.errors.all.push_back(field_error_of(refused->error));
  for (const auto& overview : co_await repositories_.list()) {
    const auto& repository = overview.repository;
    const bool chosen = std::ranges::find(shown.repositories, repository.id) != shown.repositories.end();
    page.form.repositories.push_back({repository.id.text(), repository.name, core::redact_url(repository.url), chosen});
  }
  if (!id) {
    auto customers = co_await customer_options(customers_, customer);
    if (customers.size() > 1) page.form.customers = std::move(customers);
  }
  page.times = show_times(shown.cron, shown.timezone, clock_.now());
  page.page = co_await shell_.page(request, visitor, page.heading, views::Section::Schedules);
  page.page.here = id ? schedule_url(*id) : views::Url("/schedules/new");
  co_return render(status, render_schedule_page, page);
}

Task<http::Response> SchedulePages::show_new(http::Request& request, Visitor visitor) {
  co_return co_await page(request, std::move(visitor), std::nullopt);
}

Task<http::Response> SchedulePages::show(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::ScheduleId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  co_return co_await page(request, std::move(visitor), std::nullopt);
}

Task<http::Response> SchedulePages::save(http::Request& request, Visitor visitor, std::optional<core::ScheduleId> id) {
  auto form = form_of(request);
  core::Result<> saved;
  if (id) {
    saved = co_await schedules_.change(*id, read_schedule_form(form), visitor.actor());
  } else {
    const auto added = co_await schedules_.add(read_schedule_form(form), visitor.actor());
    if (added) id = *added;
    if (!added) saved = std::unexpected(added.error());
  }
  if (saved) co_return redirect_with(Flash::Saved, schedule_url(*id));
  if (saved.error().kind == core::ErrorKind::NotFound) co_return error_page(shell_, request, saved.error());
  std::optional<Refused> refused(std::in_place, std::move(form), saved.error());
  co_return co_await page(request, std::move(visitor), std::move(refused));
}

Task<http::Response> SchedulePages::add(http::Request& request, Visitor visitor) {
  co_return co_await save(request, std::move(visitor), std::nullopt);
}

Task<http::Response> SchedulePages::change(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::ScheduleId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  co_return co_await save(request, std::move(visitor), *id);
}

Task<http::Response> SchedulePages::run(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::ScheduleId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto jobs = co_await schedules_.run(*id, visitor.actor());
  if (!jobs) co_return error_page(shell_, request, jobs.error());
  co_return http::redirect(views::Url("/jobs").text());
}

Task<http::Response> SchedulePages::set_enabled(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::ScheduleId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const bool enabled = form_of(request).get("enabled") == "yes";
  const auto set = co_await schedules_.set_enabled(*id, enabled, visitor.actor());
  if (!set) co_return error_page(shell_, request, set.error());
  co_return redirect_with(Flash::Saved, schedule_url(*id));
}

Task<http::Response> SchedulePages::remove(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::ScheduleId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto removed = co_await schedules_.remove(*id, visitor.actor());
  if (!removed) co_return error_page(shell_, request, removed.error());
  co_return redirect_with(Flash::Removed, views::Url("/schedules"));
}

}  // namespace holdfast::web
