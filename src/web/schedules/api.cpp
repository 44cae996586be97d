#include "schedules/api.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "fleet/schedules/preview.hpp"
#include "kit/answers.hpp"
#include "kit/handlers.hpp"
#include "kit/json/fields.hpp"
#include "schedules/show.hpp"
#include "text/time.hpp"

namespace holdfast::web {
namespace json = boost::json;
namespace {

constexpr std::int64_t kRunsShown = 5;

std::tm wall_clock(core::LocalMinutes local) {
  return fmt::gmtime(local.time_since_epoch() / std::chrono::seconds(1));
}

json::value note_of(const core::NextRun& run) {
  const auto note = clock_note(run.change);
  return note.empty() ? json::value(nullptr) : json::value(note);
}

json::object run_json(const core::NextRun& run) {
  return {{"at", text::format_time(run.at)},
          {"local", fmt::format("{:%Y-%m-%dT%H:%M}", wall_clock(run.local))},
          {"note", note_of(run)}};
}

json::array texts_json(const std::vector<std::string>& texts) {
  json::array array;
  for (const auto& text : texts) array.emplace_back(text);
  return array;
}

json::array runs_json(const std::vector<core::NextRun>& runs) {
  json::array array;
  for (const auto& run : runs) array.emplace_back(run_json(run));
  return array;
}

template <class Id>
json::array ids_json(const std::vector<Id>& ids) {
  json::array array;
  for (const auto& id : ids) array.emplace_back(id.text());
  return array;
}

json::object schedule_json(const core::Schedule& schedule) {
  return {{"id", schedule.id.text()},
          {"name", schedule.name},
          {"cron", schedule.cron},
          {"timezone", schedule.timezone},
          {"window_minutes", schedule.window.count()},
          {"missed", core::to_text(schedule.missed)},
          {"enabled", schedule.enabled},
          {"source_groups", ids_json(schedule.source_groups)},
          {"repositories", ids_json(schedule.repositories)},
          {"applies_to", json::object{{"hosts", ids_json(schedule.applies_to.hosts)},
                                      {"tags", texts_json(schedule.applies_to.tags)}}},
          {"created_at", text::format_time(schedule.created_at)}};
}

json::object schedule_overview_json(const fleet::ScheduleOverview& overview) {
  json::object object = schedule_json(overview.schedule);
  object["customer"] = overview.customer_slug;
  object["host_count"] = overview.hosts;
  object["sentence"] = overview.sentence;
  object["next_runs"] = runs_json(overview.runs);
  object["warnings"] = texts_json(warnings_of(overview));
  return object;
}

// Ids that are none are refused as ids of nothing are.
template <class Id>
std::vector<Id> read_ids(Fields& fields, std::string_view name) {
  std::vector<Id> ids;
  for (auto& text : fields.texts_or_none(name)) ids.emplace_back(std::move(text));
  return ids;
}

core::Result<fleet::ScheduleEdit> read_schedule_edit(const std::string& body) {
  auto fields = Fields::parse(body);
  if (!fields) return std::unexpected(fields.error());
  fleet::ScheduleEdit edit;
  auto& schedule = edit.schedule;
  schedule.name = fields->text("name");
  schedule.cron = fields->text("cron");
  schedule.timezone = fields->text("timezone");
  const auto window = fields->number_if_given("window_minutes").value_or(0);
  const auto missed = core::parse_missed_run(fields->text_or("missed", core::to_text(core::MissedRun::RunOnce)));
  schedule.enabled = fields->flag_or("enabled", true);
  schedule.source_groups = read_ids<core::SourceGroupId>(*fields, "source_groups");
  schedule.repositories = read_ids<core::RepositoryId>(*fields, "repositories");
  edit.customer = fields->text_or("customer", "");
  Fields applies_to = fields->part("applies_to");
  schedule.applies_to.hosts = read_ids<core::HostId>(applies_to, "hosts");
  schedule.applies_to.tags = applies_to.texts_or_none("tags");
  if (auto checked = fields->check(); !checked) return std::unexpected(checked.error());
  if (auto checked = applies_to.check(); !checked) return std::unexpected(checked.error());
  if (!missed)
    return core::fail(core::ErrorKind::Invalid, "field_invalid", "missed must be run_once, skip or within_window.");
  schedule.missed = *missed;
  schedule.window = std::chrono::minutes(std::clamp<std::int64_t>(window, -1, core::kLongestWindow.count() + 1));
  return edit;
}

json::object entry_json(const fleet::HostSchedule& entry) {
  return {{"schedule_id", entry.schedule.id.text()},
          {"name", entry.schedule.name},
          {"cron", entry.schedule.cron},
          {"timezone", entry.schedule.timezone},
          {"sentence", entry.sentence},
          {"enabled", entry.schedule.enabled},
          {"target_count", entry.targets},
          {"next_run", entry.next ? json::value(text::format_time(*entry.next)) : json::value(nullptr)}};
}

}  // namespace

SchedulesApi::SchedulesApi(http::Router& router, Guard& guard, const runtime::Clock& clock, fleet::Schedules& schedules,
                           fleet::ScheduleSets& sets)
    : clock_(clock), schedules_(schedules), sets_(sets) {
  add_api(router, guard, this, "POST", "/api/v1/schedules/preview", &SchedulesApi::preview);
  add_api(router, guard, this, "GET", "/api/v1/schedules", &SchedulesApi::list);
  add_api(router, guard, this, "POST", "/api/v1/schedules", &SchedulesApi::add);
  add_api(router, guard, this, "GET", "/api/v1/schedules/{id}", &SchedulesApi::show);
  add_api(router, guard, this, "PUT", "/api/v1/schedules/{id}", &SchedulesApi::change);
  add_api(router, guard, this, "DELETE", "/api/v1/schedules/{id}", &SchedulesApi::remove);
  add_api(router, guard, this, "POST", "/api/v1/schedules/{id}/run", &SchedulesApi::run);
  add_api(router, guard, this, "GET", "/api/v1/hosts/{id}/schedule", &SchedulesApi::of_host);
}

Task<http::Response> SchedulesApi::list(http::Request&, Visitor) {
  json::array schedules;
  for (const auto& overview : co_await schedules_.list()) schedules.emplace_back(schedule_overview_json(overview));
  json::object body;
  body.emplace("schedules", std::move(schedules));
  co_return json_answer(200, std::move(body));
}

Task<http::Response> SchedulesApi::add(http::Request& request, Visitor visitor) {
  auto edit = read_schedule_edit(request.body);
  if (!edit) co_return error_response(edit.error());
  const auto id = co_await schedules_.add(*std::move(edit), visitor.actor());
  if (!id) co_return error_response(id.error());
  const auto overview = co_await schedules_.find(*id);
  if (!overview) co_return error_response(overview.error());
  co_return json_answer(201, schedule_overview_json(*overview));
}

Task<http::Response> SchedulesApi::show(http::Request& request, Visitor) {
  const auto id = path_id<core::ScheduleId>(request);
  if (!id) co_return error_response(id.error());
  const auto overview = co_await schedules_.find(*id);
  if (!overview) co_return error_response(overview.error());
  co_return json_answer(200, schedule_overview_json(*overview));
}

Task<http::Response> SchedulesApi::change(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::ScheduleId>(request);
  if (!id) co_return error_response(id.error());
  auto edit = read_schedule_edit(request.body);
  if (!edit) co_return error_response(edit.error());
  const auto changed = co_await schedules_.change(*id, *std::move(edit), visitor.actor());
  co_return done_or_error(changed);
}

Task<http::Response> SchedulesApi::remove(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::ScheduleId>(request);
  if (!id) co_return error_response(id.error());
  const auto removed = co_await schedules_.remove(*id, visitor.actor());
  co_return done_or_error(removed);
}

Task<http::Response> SchedulesApi::run(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::ScheduleId>(request);
  if (!id) co_return error_response(id.error());
  const auto jobs = co_await schedules_.run(*id, visitor.actor());
  if (!jobs) co_return error_response(jobs.error());
  json::object body;
  body.emplace("jobs", ids_json(*jobs));
  co_return json_answer(202, std::move(body));
}

Task<http::Response> SchedulesApi::of_host(http::Request& request, Visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_response(id.error());
  const auto schedules = co_await sets_.of_host(*id);
  if (!schedules) co_return error_response(schedules.error());
  json::array entries;
  for (const auto& entry : schedules->entries) entries.emplace_back(entry_json(entry));
  co_return json_answer(200, json::object{{"version", schedules->version},
                                          {"acknowledged_version", schedules->acknowledged},
                                          {"entries", std::move(entries)}});
}

Task<http::Response> SchedulesApi::preview(http::Request& request, Visitor) {
  auto fields = Fields::parse(request.body);
  if (!fields) co_return error_response(fields.error());
  const auto cron = fields->text("cron");
  const auto timezone = fields->text("timezone");
  const auto from = fields->time_if_given("from").value_or(clock_.now());
  const auto count = fields->number_if_given("count").value_or(kRunsShown);
  if (auto checked = fields->check(); !checked) co_return error_response(checked.error());
  if (count < 1 || count > static_cast<std::int64_t>(fleet::kMostRunsShown))
    co_return error_response(422, "field_invalid", fmt::format("count must be from 1 to {}.", fleet::kMostRunsShown));
  const auto preview = fleet::preview_schedule(cron, timezone, from, static_cast<std::size_t>(count));
  if (!preview) co_return error_response(preview.error());
  co_return json_answer(200, json::object{{"sentence", preview->sentence},
                                          {"next_runs", runs_json(preview->runs)},
                                          {"warnings", texts_json(warnings_of(*preview))}});
}

}  // namespace holdfast::web
