#include "kit/json/json_views.hpp"

#include "kit/json/json_values.hpp"
#include "text/time.hpp"

namespace holdfast::web {
namespace json = boost::json;
namespace {

json::object progress_json(const core::JobProgress& progress) {
  json::object object{{"fraction", progress.fraction},
                      {"bytes_done", progress.bytes_done},
                      {"bytes_total", progress.bytes_total},
                      {"files_done", progress.files_done},
                      {"files_total", progress.files_total},
                      {"errors", progress.errors},
                      {"bytes_per_second", progress.bytes_per_second}};
  object["remaining_seconds"] = progress.remaining ? json::value(progress.remaining->count()) : json::value(nullptr);
  object["current_files"] = to_array(progress.current_files);
  return object;
}

json::object summary_json(const core::BackupSummary& summary) {
  return {{"snapshot_id", summary.snapshot_id},         {"files_new", summary.files_new},
          {"files_changed", summary.files_changed},     {"files_unmodified", summary.files_unmodified},
          {"bytes_added", summary.bytes_added},         {"bytes_processed", summary.bytes_processed},
          {"files_processed", summary.files_processed}, {"duration_seconds", summary.duration_seconds}};
}

void add_outcome(json::object& result, const core::BackupOutcome& outcome) {
  result["summary"] = outcome.summary ? json::value(summary_json(*outcome.summary)) : json::value(nullptr);
}

void add_order(json::object& job, const core::BackupOrder& order) {
  job["source_group_id"] = order.source_group.text();
}

json::object failure_json(const core::JobFailure& failure) {
  return {{"code", failure.code},
          {"message", failure.message},
          {"next_step", failure.next_step},
          {"detail", failure.detail}};
}

json::object result_json(const core::JobResult& result) {
  json::object object{{"state", to_text(result.state)}, {"restic_version", result.restic_version}};
  std::visit([&](const auto& outcome) { add_outcome(object, outcome); }, result.outcome);
  object["failure"] = result.failure ? json::value(failure_json(*result.failure)) : json::value(nullptr);
  object["exit_code"] = or_null(result.exit_code);
  return object;
}

}  // namespace

json::object to_json(const core::Job& job) {
  json::object object{{"id", job.id.text()},
                      {"host_id", job.host.text()},
                      {"host_name", job.host_name},
                      {"operation", to_text(core::operation_of(job.order))},
                      {"repository_id", job.repository.text()},
                      {"repository_name", job.repository_name},
                      {"state", to_text(job.state)},
                      {"requested_by", job.requested_by},
                      {"created_at", text::format_time(job.created_at)},
                      {"waiting_reason", job.waiting_reason}};
  std::visit([&](const auto& order) { add_order(object, order); }, job.order);
  object["schedule_id"] = job.scheduled && !job.scheduled->schedule.empty()
                              ? json::value(job.scheduled->schedule.text())
                              : json::value(nullptr);
  object["scheduled_at"] = or_null(job.scheduled ? std::optional(job.scheduled->at) : std::nullopt);
  object["started_at"] = or_null(job.started_at);
  object["finished_at"] = or_null(job.finished_at);
  object["cancel_requested_at"] = or_null(job.cancel_requested_at);
  object["progress"] = job.progress ? json::value(progress_json(*job.progress)) : json::value(nullptr);
  const bool judged = job.verdict != core::BackupVerdict::None;
  object["verdict"] = judged ? json::value(to_text(job.verdict)) : json::value(nullptr);
  object["result"] = job.result ? json::value(result_json(*job.result)) : json::value(nullptr);
  return object;
}

json::object to_json(const core::LogLine& line) {
  return {{"sequence", line.sequence},
          {"time", text::format_time(line.time)},
          {"level", to_text(line.level)},
          {"text", line.text}};
}

json::object to_json(const core::SourceGroup& group) {
  json::object object{{"id", group.id.text()}, {"host_id", group.host.text()}, {"name", group.name}};
  object["paths"] = to_array(group.sources.paths);
  object["excludes"] = to_array(group.sources.excludes);
  object["tags"] = to_array(group.sources.tags);
  object["backup_age_seconds"] = group.backup_age ? json::value(group.backup_age->count()) : json::value(nullptr);
  return object;
}

json::object to_json(const fleet::RepositoryOverview& overview) {
  const auto& repository = overview.repository;
  json::object object{{"id", repository.id.text()},
                      {"name", repository.name},
                      {"url", core::redact_url(repository.url)},
                      {"server_user", repository.server_user},
                      {"has_server_password", overview.has_server_password},
                      {"created_at", text::format_time(repository.created_at)}};
  json::array hosts;
  for (const auto& host : overview.hosts) hosts.emplace_back(host.id.text());
  object["environment"] = to_array(overview.variables);
  object["host_ids"] = std::move(hosts);
  return object;
}

json::object to_json(const fleet::RepositoryCheck& check) {
  std::string_view state = "running";
  if (check.finished_at) state = "finished";
  if (check.lost) state = "lost";
  json::object object{{"id", check.id.text()},
                      {"host_id", check.host.text()},
                      {"host_name", check.host_name},
                      {"state", state},
                      {"initialise", check.initialise},
                      {"started_at", text::format_time(check.started_at)},
                      {"restic_version", check.restic_version}};
  object["finished_at"] = check.finished_at ? json::value(text::format_time(*check.finished_at)) : json::value(nullptr);
  json::array& steps = object["steps"].emplace_array();
  for (const auto& step : check.steps) {
    json::object shown{{"step", to_text(step.step)}, {"state", to_text(step.state)}};
    shown["failure"] = step.failure ? json::value(failure_json(*step.failure)) : json::value(nullptr);
    steps.emplace_back(std::move(shown));
  }
  return object;
}

json::object to_json(const fleet::PendingHost& pending) {
  const auto& announcement = pending.announcement;
  return {{"id", announcement.id.text()},
          {"name", announcement.name},
          {"os", announcement.os},
          {"arch", announcement.arch},
          {"agent_version", announcement.agent_version},
          {"address", announcement.address},
          {"fingerprint", pending.fingerprint},
          {"name_taken", pending.look_alike.has_value()},
          {"announced_at", text::format_time(announcement.announced_at)},
          {"expires_at", text::format_time(announcement.expires_at)}};
}

json::object to_json(const core::EnrolmentToken& token) {
  json::object object{{"id", token.id.text()},
                      {"created_by", token.created_by},
                      {"created_at", text::format_time(token.created_at)},
                      {"expires_at", text::format_time(token.expires_at)}};
  object["host_id"] = or_null(token.host);
  return object;
}

}  // namespace holdfast::web
