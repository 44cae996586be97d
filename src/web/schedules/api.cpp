#include "schedules/api.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "fleet/schedules/preview.hpp"
#include "kit/answers.hpp"
#include "kit/handlers.hpp"
#include "kit/json/fields.hpp"
#include "text/time.hpp"

namespace holdfast::web {
namespace json = boost::json;
namespace {

constexpr std::int64_t kRunsShown = 5;

std::tm wall_clock(core::LocalMinutes local) {
  return fmt::gmtime(local.time_since_epoch() / std::chrono::seconds(1));
}

json::value note_of(const core::NextRun& run) {
  switch (run.change) {
    case core::ClockChange::None:
      return nullptr;
    case core::ClockChange::Skipped:
      return json::value("Clocks are set forward past its time: it runs when they are.");
    case core::ClockChange::Repeated:
      return json::value("Clocks are set back: this time comes twice.");
  }
  std::unreachable();
}

json::object run_json(const core::NextRun& run) {
  return {{"at", text::format_time(run.at)},
          {"local", fmt::format("{:%Y-%m-%dT%H:%M}", wall_clock(run.local))},
          {"note", note_of(run)}};
}

// "On Sun 28 Mar 2027, 03:00: …"
json::array warnings_of(const fleet::SchedulePreview& preview) {
  json::array warnings;
  if (preview.disturbed)
    warnings.emplace_back(fmt::format("On {:%a %d %b %Y, %H:%M}: {}", wall_clock(preview.disturbed->local),
                                      std::string_view(note_of(*preview.disturbed).as_string())));
  return warnings;
}

}  // namespace

SchedulesApi::SchedulesApi(http::Router& router, Guard& guard, const runtime::Clock& clock) : clock_(clock) {
  add_api(router, guard, this, "POST", "/api/v1/schedules/preview", &SchedulesApi::preview);
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
  json::array runs;
  for (const auto& run : preview->runs) runs.emplace_back(run_json(run));
  co_return json_answer(
      200, json::object{
               {"sentence", preview->sentence}, {"next_runs", std::move(runs)}, {"warnings", warnings_of(*preview)}});
}

}  // namespace holdfast::web
