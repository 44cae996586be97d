#include <boost/json/array.hpp>

#include "jobs/api.hpp"
#include "kit/answers.hpp"
#include "kit/handlers.hpp"
#include "kit/json/fields.hpp"
#include "kit/json/json_views.hpp"
#include "text/number.hpp"

namespace holdfast::web {
namespace json = boost::json;
namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

constexpr std::size_t kLogPage = 5000;

// An optional id in a body: empty is none, anything but an id is an error.
template <class AnyId>
Result<std::optional<AnyId>> optional_id(std::string_view name, const std::string& text) {
  if (text.empty()) return std::optional<AnyId>();
  auto id = AnyId::parse(text);
  if (!id) return fail(ErrorKind::Invalid, "field_invalid", std::string(name) + " must be an id.");
  return id;
}

Result<fleet::JobRequest> read_request(std::string_view body) {
  auto fields = Fields::parse(body);
  if (!fields) return std::unexpected(fields.error());
  const auto operation = core::parse_operation(fields->text("operation"));
  const auto repository = optional_id<core::RepositoryId>("repository_id", fields->text_or("repository_id", ""));
  const auto group = optional_id<core::SourceGroupId>("source_group_id", fields->text_or("source_group_id", ""));
  const bool initialise = fields->flag_or("initialise", false);
  if (auto checked = fields->check(); !checked) return std::unexpected(checked.error());
  if (!operation) return fail(ErrorKind::Invalid, "field_invalid", "operation must be backup.");
  if (!repository) return std::unexpected(repository.error());
  if (!group) return std::unexpected(group.error());
  switch (*operation) {
    case core::Operation::Backup:
      return fleet::JobRequest{*repository, fleet::BackupRequest{*group, initialise}};
  }
  std::unreachable();
}

Result<core::JobFilter> read_filter(const http::Request& request) {
  core::JobFilter filter;
  if (const auto host = request.query_value("host"); !host.empty()) {
    filter.host = core::HostId::parse(host);
    if (!filter.host) return fail(ErrorKind::Invalid, "query_invalid", "host must be an id.");
  }
  if (const auto before = request.query_value("before"); !before.empty()) {
    filter.before = core::JobId::parse(before);
    if (!filter.before) return fail(ErrorKind::Invalid, "query_invalid", "before must be the id of a job.");
  }
  if (const auto state = request.query_value("state"); !state.empty()) {
    const auto parsed = core::parse_job_state(state);
    if (!parsed)
      return fail(ErrorKind::Invalid, "query_invalid",
                  "state must be queued, running, succeeded, partial, failed or cancelled.");
    filter.states = {*parsed};
  }
  return filter;
}

}  // namespace

JobsApi::JobsApi(http::Router& router, Guard& guard, fleet::Jobs& jobs) : jobs_(jobs) {
  add_api(router, guard, this, "POST", "/api/v1/hosts/{id}/jobs", &JobsApi::start);
  add_api(router, guard, this, "GET", "/api/v1/jobs", &JobsApi::list);
  add_api(router, guard, this, "GET", "/api/v1/jobs/{id}", &JobsApi::show);
  add_api(router, guard, this, "GET", "/api/v1/jobs/{id}/log", &JobsApi::log);
  add_api(router, guard, this, "POST", "/api/v1/jobs/{id}/cancel", &JobsApi::cancel);
  add_api(router, guard, this, "POST", "/api/v1/jobs/{id}/accept", &JobsApi::accept);
}

Task<http::Response> JobsApi::start(http::Request& request, Visitor visitor) {
  const auto host = path_id<core::HostId>(request);
  if (!host) co_return error_response(host.error());
  const auto wanted = read_request(request.body);
  if (!wanted) co_return error_response(wanted.error());
  const auto job = co_await jobs_.start(*host, *wanted, visitor.actor());
  if (!job) co_return error_response(job.error());
  auto response = json_answer(202, to_json(*job));
  response.headers.set("Location", "/api/v1/jobs/" + job->id.text());
  co_return response;
}

Task<http::Response> JobsApi::list(http::Request& request, Visitor) {
  const auto filter = read_filter(request);
  if (!filter) co_return error_response(filter.error());
  const auto found = co_await jobs_.list(*filter);
  json::array jobs;
  for (const auto& job : found) jobs.emplace_back(to_json(job));
  json::object body;
  body.emplace("jobs", std::move(jobs));
  co_return json_answer(200, std::move(body));
}

Task<http::Response> JobsApi::show(http::Request& request, Visitor) {
  const auto id = path_id<core::JobId>(request);
  if (!id) co_return error_response(id.error());
  const auto job = co_await jobs_.find(*id);
  if (!job) co_return error_response(404, "no_such_job", "There is no such job.");
  const auto tail = co_await jobs_.log_tail(*id, 0);
  json::object body = to_json(*job);
  body["log_lines"] = tail.total;
  co_return json_answer(200, std::move(body));
}

Task<http::Response> JobsApi::log(http::Request& request, Visitor) {
  const auto id = path_id<core::JobId>(request);
  if (!id) co_return error_response(id.error());
  const auto typed = request.query_value("after");
  const auto after = typed.empty() ? std::optional<std::uint64_t>(0) : text::parse_number<std::uint64_t>(typed);
  if (!after) co_return error_response(422, "query_invalid", "after must be a sequence number.");
  const auto job = co_await jobs_.find(*id);
  if (!job) co_return error_response(404, "no_such_job", "There is no such job.");
  const auto found = co_await jobs_.log(*id, *after, kLogPage);
  json::array lines;
  for (const auto& line : found) lines.emplace_back(to_json(line));
  json::object body;
  body.emplace("lines", std::move(lines));
  co_return json_answer(200, std::move(body));
}

Task<http::Response> JobsApi::cancel(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::JobId>(request);
  if (!id) co_return error_response(id.error());
  const auto job = co_await jobs_.cancel(*id, visitor.actor());
  if (!job) co_return error_response(job.error());
  co_return json_answer(202, to_json(*job));
}

Task<http::Response> JobsApi::accept(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::JobId>(request);
  if (!id) co_return error_response(id.error());
  const auto job = co_await jobs_.accept(*id, visitor.actor());
  if (!job) co_return error_response(job.error());
  co_return json_answer(200, to_json(*job));
}

}  // namespace holdfast::web
