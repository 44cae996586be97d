#pragma once

#include "fleet/agents/agent_session.hpp"
#include "fleet/enrolment/enrolment.hpp"
#include "http/server/rate_limit.hpp"
#include "http/server/router.hpp"
#include "runtime/async/clock.hpp"

namespace holdfast::web {

// What agents talk to: enrolment, announcements, rotation, and the WebSocket.
class AgentRoutes {
 public:
  AgentRoutes(http::Router& router, runtime::Loop& loop, const runtime::Clock& clock, fleet::Enrolment& enrolment,
              fleet::AgentSession::Parts session);

 private:
  runtime::Task<http::Response> enrol(http::Request& request);
  runtime::Task<http::Response> announce(http::Request& request);
  runtime::Task<http::Response> status(http::Request& request);
  runtime::Task<http::Response> prove(http::Request& request);
  runtime::Task<http::Response> rotate(http::Request& request);
  runtime::Task<http::WebSocketResponse> connect(http::Request& request);
  runtime::Task<> serve(fleet::AgentIdentity identity, http::WebSocket& socket);

  runtime::Loop& loop_;
  const runtime::Clock& clock_;
  fleet::Enrolment& enrolment_;
  fleet::AgentSession::Parts session_;
  http::RateLimit announcements_;
  http::RateLimit attempts_;
};

}  // namespace holdfast::web
