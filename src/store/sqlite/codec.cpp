#include "sqlite/codec.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "sqlite/damaged_row.hpp"

namespace holdfast::store {
namespace {

namespace json = boost::json;

json::object parse_object(std::string_view text) {
  json::error_code error;
  const json::value value = json::parse({text.data(), text.size()}, error);
  if (error || !value.is_object()) throw DamagedRow("A stored document is damaged.");
  return value.as_object();
}

json::string_view view(std::string_view text) {
  return {text.data(), text.size()};
}

json::array array_of(const std::vector<std::string>& items) {
  json::array array;
  for (const std::string& item : items) array.emplace_back(view(item));
  return array;
}

// A value of another kind than expected is passed over like an unknown member.
void read(const json::value& value, std::string& out) {
  if (const json::string* text = value.if_string()) out.assign(text->data(), text->size());
}

void read(const json::value& value, bool& out) {
  if (const bool* flag = value.if_bool()) out = *flag;
}

template <std::integral T>
void read(const json::value& value, T& out) {
  json::error_code error;
  const T number = value.to_number<T>(error);
  if (!error) out = number;
}

void read(const json::value& value, double& out) {
  json::error_code error;
  const double number = value.to_number<double>(error);
  if (!error) out = number;
}

void read(const json::value& value, core::Time& out) {
  std::int64_t milliseconds = 0;
  read(value, milliseconds);
  out = core::Time(core::milliseconds(milliseconds));
}

void read(const json::value& value, core::seconds& out) {
  std::int64_t count = 0;
  read(value, count);
  out = core::seconds(count);
}

void read(const json::value& value, std::vector<std::string>& out) {
  const json::array* array = value.if_array();
  if (array == nullptr) return;
  for (const json::value& item : *array) read(item, out.emplace_back());
}

void read(const json::value& value, core::JobState& out) {
  std::string text;
  read(value, text);
  out = core::parse_job_state(text).value_or(core::JobState::Failed);
}

void read(const json::value& value, core::BackupSummary& out);
void read(const json::value& value, core::JobFailure& out);

template <class T>
void read(const json::value& value, std::optional<T>& out) {
  read(value, out.emplace());
}

template <class T>
void read_member(const json::object& object, std::string_view name, T& out) {
  if (const json::value* value = object.if_contains(view(name))) read(*value, out);
}

json::object object_of(const core::BackupSummary& summary) {
  return {
      {"snapshot_id", view(summary.snapshot_id)},   {"files_new", summary.files_new},
      {"files_changed", summary.files_changed},     {"files_unmodified", summary.files_unmodified},
      {"bytes_added", summary.bytes_added},         {"bytes_processed", summary.bytes_processed},
      {"files_processed", summary.files_processed}, {"duration_seconds", summary.duration_seconds},
  };
}

void read(const json::value& value, core::BackupSummary& out) {
  const json::object* object = value.if_object();
  if (object == nullptr) return;
  read_member(*object, "snapshot_id", out.snapshot_id);
  read_member(*object, "files_new", out.files_new);
  read_member(*object, "files_changed", out.files_changed);
  read_member(*object, "files_unmodified", out.files_unmodified);
  read_member(*object, "bytes_added", out.bytes_added);
  read_member(*object, "bytes_processed", out.bytes_processed);
  read_member(*object, "files_processed", out.files_processed);
  read_member(*object, "duration_seconds", out.duration_seconds);
}

json::object object_of(const core::JobFailure& failure) {
  return {
      {"code", view(failure.code)},
      {"message", view(failure.message)},
      {"next_step", view(failure.next_step)},
      {"detail", view(failure.detail)},
  };
}

void read(const json::value& value, core::JobFailure& out) {
  const json::object* object = value.if_object();
  if (object == nullptr) return;
  read_member(*object, "code", out.code);
  read_member(*object, "message", out.message);
  read_member(*object, "next_step", out.next_step);
  read_member(*object, "detail", out.detail);
}

json::object object_of(const core::BackupOutcome& outcome) {
  json::object object;
  if (outcome.summary) object["summary"] = object_of(*outcome.summary);
  return object;
}

void read(const json::value& value, core::BackupOutcome& out) {
  if (const json::object* object = value.if_object()) read_member(*object, "summary", out.summary);
}

// The member that has the name of its operation.
template <std::size_t... kIndex>
void read_outcome(const json::object& object, core::JobOutcome& out, std::index_sequence<kIndex...>) {
  const auto try_one = [&]<std::size_t kOne>(std::integral_constant<std::size_t, kOne>) {
    const json::value* value = object.if_contains(view(core::to_text(static_cast<core::Operation>(kOne))));
    if (value) read(*value, out.emplace<kOne>());
  };
  (try_one(std::integral_constant<std::size_t, kIndex>()), ...);
}

}  // namespace

std::string to_json(const core::SourceSet& sources) {
  return json::serialize(json::object{
      {"paths", array_of(sources.paths)},
      {"excludes", array_of(sources.excludes)},
      {"tags", array_of(sources.tags)},
  });
}

core::SourceSet sources_from_json(std::string_view text) {
  const json::object object = parse_object(text);
  core::SourceSet sources;
  read_member(object, "paths", sources.paths);
  read_member(object, "excludes", sources.excludes);
  read_member(object, "tags", sources.tags);
  return sources;
}

std::string to_json(const core::JobProgress& progress) {
  json::object object{
      {"fraction", progress.fraction},
      {"bytes_done", progress.bytes_done},
      {"bytes_total", progress.bytes_total},
      {"files_done", progress.files_done},
      {"files_total", progress.files_total},
      {"errors", progress.errors},
      {"bytes_per_second", progress.bytes_per_second},
      {"current_files", array_of(progress.current_files)},
      {"at", progress.at.time_since_epoch().count()},
  };
  if (progress.remaining) object["remaining"] = progress.remaining->count();
  return json::serialize(object);
}

core::JobProgress progress_from_json(std::string_view text) {
  const json::object object = parse_object(text);
  core::JobProgress progress;
  read_member(object, "fraction", progress.fraction);
  read_member(object, "bytes_done", progress.bytes_done);
  read_member(object, "bytes_total", progress.bytes_total);
  read_member(object, "files_done", progress.files_done);
  read_member(object, "files_total", progress.files_total);
  read_member(object, "errors", progress.errors);
  read_member(object, "bytes_per_second", progress.bytes_per_second);
  read_member(object, "remaining", progress.remaining);
  read_member(object, "current_files", progress.current_files);
  read_member(object, "at", progress.at);
  return progress;
}

std::string to_json(const core::JobResult& result) {
  json::object object{
      {"state", view(core::to_text(result.state))},
      {"restic_version", view(result.restic_version)},
  };
  object[view(core::to_text(core::operation_of(result.outcome)))] =
      std::visit([](const auto& outcome) { return object_of(outcome); }, result.outcome);
  if (result.failure) object["failure"] = object_of(*result.failure);
  if (result.exit_code) object["exit_code"] = *result.exit_code;
  return json::serialize(object);
}

core::JobResult result_from_json(std::string_view text) {
  const json::object object = parse_object(text);
  core::JobResult result;
  read_member(object, "state", result.state);
  read_member(object, "restic_version", result.restic_version);
  read_outcome(object, result.outcome, std::make_index_sequence<core::kOperationCount>());
  read_member(object, "failure", result.failure);
  read_member(object, "exit_code", result.exit_code);
  return result;
}

std::string to_json(const core::BackupOrder& order) {
  return json::serialize(json::object{{"initialise", order.initialise}});
}

core::BackupOrder backup_order_from_json(std::string_view text) {
  const json::object object = parse_object(text);
  core::BackupOrder order;
  read_member(object, "initialise", order.initialise);
  return order;
}

}  // namespace holdfast::store
