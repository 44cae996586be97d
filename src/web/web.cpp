#include "web/web.hpp"

#include "agents.hpp"
#include "answers.hpp"
#include "api/api.hpp"
#include "guard.hpp"

namespace holdfast::web {
namespace {

void add_health_routes(http::Router& router, Parts& parts) {
  router.add("GET", "/healthz", [](http::Request&) -> Task<http::Response> { co_return http::text_response(200, "ok\n"); });
  router.add("GET", "/readyz", [&parts](http::Request&) -> Task<http::Response> {
    const bool ready = co_await parts.health.ready();
    co_return http::text_response(ready ? 200 : 503, ready ? "ready\n" : "not ready\n");
  });
}

}  // namespace

struct Web::Handlers {
  Handlers(http::Router& router, Parts all)
      : parts(std::move(all)),
        guard(parts),
        agents(router, parts),
        session(router, guard, parts),
        hosts(router, guard, parts),
        repositories(router, guard, parts),
        jobs(router, guard, parts),
        enrolment(router, guard, parts) {
    router.wrap([this](http::Request& request, const http::Handler& next) { return guard.around(request, next); });
    add_health_routes(router, parts);
  }

  Parts parts;
  Guard guard;
  AgentRoutes agents;
  SessionApi session;
  HostsApi hosts;
  RepositoriesApi repositories;
  JobsApi jobs;
  EnrolmentApi enrolment;
};

Web::Web(http::Router& router, Parts parts) : handlers_(std::make_unique<Handlers>(router, std::move(parts))) {}
Web::~Web() = default;

}  // namespace holdfast::web
