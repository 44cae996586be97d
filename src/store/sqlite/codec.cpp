#include "sqlite/codec.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>
#include <variant>

#include "json_members.hpp"
#include "sqlite/damaged_row.hpp"

namespace holdfast::store {

template <>
struct Words<core::JobState> {
  static std::string_view to(core::JobState state) { return core::to_text(state); }
  static std::optional<core::JobState> from(std::string_view word) { return core::parse_job_state(word); }
};

template <>
struct Members<core::SourceSet> {
  static void list(auto& io, auto& sources) {
    io("paths", sources.paths);
    io("excludes", sources.excludes);
    io("tags", sources.tags);
  }
};
template <>
struct Members<core::JobProgress> {
  static void list(auto& io, auto& progress) {
    io("fraction", progress.fraction);
    io("bytes_done", progress.bytes_done);
    io("bytes_total", progress.bytes_total);
    io("files_done", progress.files_done);
    io("files_total", progress.files_total);
    io("errors", progress.errors);
    io("bytes_per_second", progress.bytes_per_second);
    io("remaining", progress.remaining);
    io("current_files", progress.current_files);
    io("at", progress.at);
  }
};
template <>
struct Members<core::BackupSummary> {
  static void list(auto& io, auto& summary) {
    io("snapshot_id", summary.snapshot_id);
    io("files_new", summary.files_new);
    io("files_changed", summary.files_changed);
    io("files_unmodified", summary.files_unmodified);
    io("bytes_added", summary.bytes_added);
    io("bytes_processed", summary.bytes_processed);
    io("files_processed", summary.files_processed);
    io("duration_seconds", summary.duration_seconds);
  }
};
template <>
struct Members<core::BackupOutcome> {
  static void list(auto& io, auto& outcome) { io("summary", outcome.summary); }
};
template <>
struct Members<core::JobFailure> {
  static void list(auto& io, auto& failure) {
    io("code", failure.code);
    io("message", failure.message);
    io("next_step", failure.next_step);
    io("detail", failure.detail);
  }
};
// Without the outcome, whose member has the name of its operation.
template <>
struct Members<core::JobResult> {
  static void list(auto& io, auto& result) {
    io("state", result.state);
    io("restic_version", result.restic_version);
    io("failure", result.failure);
    io("exit_code", result.exit_code);
  }
};
template <>
struct Members<core::BackupOrder> {
  static void list(auto& io, auto& order) { io("initialise", order.initialise); }
};

namespace {

namespace json = boost::json;

json::object parse_object(std::string_view text) {
  json::error_code error;
  const json::value value = json::parse(view(text), error);
  if (error || !value.is_object()) throw DamagedRow("A stored document is damaged.");
  return value.as_object();
}

template <class T>
json::object object_of(const T& value) {
  json::object object;
  Writing io(object);
  Members<T>::list(io, value);
  return object;
}

template <class T>
T read(const json::object& object) {
  T value;
  Reading io(object);
  Members<T>::list(io, value);
  return value;
}

template <std::size_t... kIndex>
void read_outcome(const json::object& object, core::JobOutcome& out, std::index_sequence<kIndex...>) {
  Reading io(object);
  const auto try_one = [&]<std::size_t kOne>(std::integral_constant<std::size_t, kOne>) {
    const std::string_view name = core::to_text(static_cast<core::Operation>(kOne));
    if (io.has(name)) io(name, out.emplace<kOne>());
  };
  (try_one(std::integral_constant<std::size_t, kIndex>()), ...);
}

}  // namespace

std::string to_json(const core::SourceSet& sources) {
  return json::serialize(object_of(sources));
}

core::SourceSet sources_from_json(std::string_view text) {
  return read<core::SourceSet>(parse_object(text));
}

std::string to_json(const core::JobProgress& progress) {
  return json::serialize(object_of(progress));
}

core::JobProgress progress_from_json(std::string_view text) {
  return read<core::JobProgress>(parse_object(text));
}

std::string to_json(const core::JobResult& result) {
  json::object object = object_of(result);
  Writing io(object);
  const std::string_view operation = core::to_text(core::operation_of(result.outcome));
  std::visit([&](const auto& outcome) { io(operation, outcome); }, result.outcome);
  return json::serialize(object);
}

core::JobResult result_from_json(std::string_view text) {
  const json::object object = parse_object(text);
  auto result = read<core::JobResult>(object);
  read_outcome(object, result.outcome, std::make_index_sequence<core::kOperationCount>());
  return result;
}

std::string to_json(const core::BackupOrder& order) {
  return json::serialize(object_of(order));
}

core::BackupOrder backup_order_from_json(std::string_view text) {
  return read<core::BackupOrder>(parse_object(text));
}

}  // namespace holdfast::store
