#include "agents/routes.hpp"

#include <utility>

#include "agents/conversation.hpp"
#include "kit/answers.hpp"
#include "kit/json/fields.hpp"
#include "runtime/address.hpp"
#include "runtime/secrets/crypto.hpp"
#include "text/time.hpp"

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;
using runtime::Task;

constexpr std::size_t kMaxAgentBody = 16 * 1024;

fleet::Candidate read_candidate(Fields& fields) {
  fleet::Candidate candidate;
  candidate.name = fields.text("name");
  candidate.hostname = fields.text_or("hostname", candidate.name);
  candidate.os = fields.text_or("os", "");
  candidate.arch = fields.text_or("arch", "");
  candidate.agent_version = fields.text_or("agent_version", "");
  return candidate;
}

http::Response too_many(std::chrono::seconds wait) {
  return error_response(
      core::fail_for(wait, "too_many_requests", "Too many requests from this address. Try again later.").error());
}

json::object enrolled_json(const fleet::Enrolled& enrolled) {
  return {{"host_id", enrolled.host.text()}, {"host_name", enrolled.host_name}, {"bearer", enrolled.bearer}};
}

std::string_view to_text(core::AnnouncementState state) {
  switch (state) {
    case core::AnnouncementState::Waiting:
      return "waiting";
    case core::AnnouncementState::Accepted:
      return "accepted";
    case core::AnnouncementState::Rejected:
      return "rejected";
  }
  std::unreachable();
}

}  // namespace

AgentRoutes::AgentRoutes(http::Router& router, runtime::Loop& loop, const runtime::Clock& clock,
                         fleet::Enrolment& enrolment, fleet::AgentSession::Parts session)
    : loop_(loop),
      clock_(clock),
      enrolment_(enrolment),
      session_(session),
      announcements_(10, 60s),
      attempts_(60, 60s) {
  const http::RouteOptions small{kMaxAgentBody, kMaxAgentBody};
  router.add("POST", "/api/v1/agent/enroll", [this](http::Request& request) { return enrol(request); }, small);
  router.add("POST", "/api/v1/agent/announce", [this](http::Request& request) { return announce(request); }, small);
  router.add("GET", "/api/v1/agent/announcements/{id}", [this](http::Request& request) { return status(request); });
  router.add(
      "POST", "/api/v1/agent/announcements/{id}/proof", [this](http::Request& request) { return prove(request); },
      small);
  router.add("POST", "/api/v1/agent/rotate", [this](http::Request& request) { return rotate(request); }, small);
  router.add_websocket("/ws/agent", [this](http::Request& request) { return connect(request); });
}

Task<http::Response> AgentRoutes::enrol(http::Request& request) {
  if (const auto wait = attempts_.take(runtime::network_of(request.peer), clock_.steady())) co_return too_many(*wait);
  auto fields = Fields::parse(request.body);
  if (!fields) co_return error_response(fields.error());
  std::string token = fields->text("token");
  fleet::Candidate candidate = read_candidate(*fields);
  if (auto checked = fields->check(); !checked) co_return error_response(checked.error());
  const auto enrolled = co_await enrolment_.enrol(std::move(token), std::move(candidate), request.peer);
  if (!enrolled) co_return error_response(enrolled.error());
  co_return json_answer(201, enrolled_json(*enrolled));
}

Task<http::Response> AgentRoutes::announce(http::Request& request) {
  if (const auto wait = announcements_.take(runtime::network_of(request.peer), clock_.steady()))
    co_return too_many(*wait);
  auto fields = Fields::parse(request.body);
  if (!fields) co_return error_response(fields.error());
  std::string key = runtime::from_base64(fields->text("public_key")).value_or("");
  fleet::Candidate candidate = read_candidate(*fields);
  if (auto checked = fields->check(); !checked) co_return error_response(checked.error());
  const auto announced = co_await enrolment_.announce(std::move(key), std::move(candidate), request.peer);
  if (!announced) co_return error_response(announced.error());
  json::object body{{"announcement_id", announced->id.text()},
                    {"fingerprint", announced->fingerprint},
                    {"expires_at", text::format_time(announced->expires_at)}};
  co_return json_answer(202, std::move(body));
}

Task<http::Response> AgentRoutes::status(http::Request& request) {
  const auto id = path_id<core::AnnouncementId>(request);
  if (!id) co_return error_response(id.error());
  const auto status = co_await enrolment_.status(*id);
  if (!status) co_return error_response(status.error());
  json::object body{{"state", to_text(status->state)}};
  if (!status->nonce.empty()) body["nonce"] = runtime::to_base64(status->nonce);
  co_return json_answer(200, std::move(body));
}

Task<http::Response> AgentRoutes::prove(http::Request& request) {
  if (const auto wait = attempts_.take(runtime::network_of(request.peer), clock_.steady())) co_return too_many(*wait);
  const auto id = path_id<core::AnnouncementId>(request);
  if (!id) co_return error_response(id.error());
  auto fields = Fields::parse(request.body);
  if (!fields) co_return error_response(fields.error());
  std::string signature = runtime::from_base64(fields->text("signature")).value_or("");
  if (auto checked = fields->check(); !checked) co_return error_response(checked.error());
  const auto enrolled = co_await enrolment_.prove(*id, std::move(signature), request.peer);
  if (!enrolled) co_return error_response(enrolled.error());
  co_return json_answer(201, enrolled_json(*enrolled));
}

Task<http::Response> AgentRoutes::rotate(http::Request& request) {
  const auto bearer = co_await enrolment_.rotate(bearer_of(request).value_or(""));
  if (!bearer) co_return error_response(bearer.error());
  json::object body{{"bearer", *bearer}};
  co_return json_answer(201, std::move(body));
}

Task<http::WebSocketResponse> AgentRoutes::connect(http::Request& request) {
  auto identity = co_await enrolment_.authenticate(bearer_of(request).value_or(""));
  if (!identity) {
    auto refusal = error_response(
        401, "bearer_unknown",
        "This agent token is not valid: it was revoked, or the host was removed. Enrol the agent again.");
    co_return http::WebSocketResponse{std::move(refusal), {}};
  }
  http::WebSocketResponse accepted;
  accepted.head.status = 101;
  accepted.run = [this, identity = *identity](http::WebSocket& socket) { return serve(identity, socket); };
  co_return accepted;
}

Task<> AgentRoutes::serve(fleet::AgentIdentity identity, http::WebSocket& socket) {
  AgentConversation conversation(loop_, session_, std::move(identity), socket);
  co_await conversation.run();
}

}  // namespace holdfast::web
