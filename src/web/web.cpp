#include "web/web.hpp"

#include "account/api.hpp"
#include "account/pages.hpp"
#include "agents/routes.hpp"
#include "customers/api.hpp"
#include "customers/keys_api.hpp"
#include "customers/pages.hpp"
#include "enrolment/api.hpp"
#include "enrolment/install.hpp"
#include "enrolment/pages.hpp"
#include "fleet/bulk_api.hpp"
#include "fleet/pages.hpp"
#include "fleet/palette.hpp"
#include "hosts/api.hpp"
#include "hosts/limits/limits_api.hpp"
#include "hosts/pages.hpp"
#include "hosts/pings_api.hpp"
#include "hosts/plans_api.hpp"
#include "hosts/reports_api.hpp"
#include "http/compress.hpp"
#include "jobs/api.hpp"
#include "jobs/pages.hpp"
#include "kit/answers.hpp"
#include "kit/asset_routes.hpp"
#include "kit/guard.hpp"
#include "kit/json/openapi.hpp"
#include "kit/live/stream.hpp"
#include "kit/shell/shell.hpp"
#include "repositories/api.hpp"
#include "repositories/pages.hpp"
#include "settings/manual.hpp"
#include "settings/pages.hpp"

namespace holdfast::web {
namespace {

void add_health_routes(http::Router& router, Parts& parts) {
  router.add("GET", "/healthz",
             [](http::Request&) -> Task<http::Response> { co_return http::text_response(200, "ok\n"); });
  router.add("GET", "/readyz", [&parts](http::Request&) -> Task<http::Response> {
    const bool ready = co_await parts.readiness.ready();
    if (!ready) co_return http::text_response(503, "not ready\n");
    const bool doubted = parts.record_expiry.clock_guard().lived_until().has_value();
    co_return http::text_response(200,
                                  doubted ? "ready, but the clock is doubted: nothing old is removed\n" : "ready\n");
  });
}

constexpr std::string_view kRetryAfter = "30";  // seconds

http::Response storage_failed(const Shell& shell, const http::Request& request, int status, std::string_view code,
                              std::string_view message) {
  auto response = error_page(shell, request, status, code, message);
  response.headers.set("Retry-After", std::string(kRetryAfter));
  return response;
}

// That the database does not work is nobody's secret, and it may pass.
std::optional<http::Response> answer_failure(const Shell& shell, const http::Request& request,
                                             const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const store::DatabaseFull&) {
    return storage_failed(shell, request, 507, "disk_full", "The disk of the hub is full: nothing of this was stored.");
  } catch (const store::DatabaseInterrupted&) {
    return storage_failed(shell, request, 503, "too_costly",
                          "This took the hub too long and was given up: ask for less, or with a simpler filter.");
  } catch (const store::DatabaseError&) {
    return storage_failed(shell, request, 503, "database_failed",
                          "The database of the hub does not work right now: nothing of this was stored.");
  } catch (...) {
    return std::nullopt;
  }
}

}  // namespace

struct Web::Handlers {
  Handlers(http::Router& router, Parts all)
      : parts(std::move(all)),
        guard(parts, [this](const http::Request& request, int status, std::string_view code,
                            std::string_view message) { return error_page(shell, request, status, code, message); }),
        agents(router, parts.loop, parts.clock, parts.enrolment, parts.session),
        install(router, parts.clock, parts.enrolment, parts.settings),
        session(router, guard, parts.accounts),
        hosts(router, guard, parts.enrolment, parts.agents, parts.hosts, parts.customers, parts.reports),
        plans(router, guard, parts.hosts, parts.repositories),
        limits(router, guard, parts.hosts, parts.customers),
        bulk(router, guard, parts.jobs, parts.hosts),
        customers(router, guard, parts.clock, parts.customers, parts.reports),
        keys(router, guard, parts.customers),
        reports(router, guard, parts.clock, parts.hosts, parts.reports),
        pings(router, guard, parts.pings),
        repositories(router, guard, parts.repositories, parts.checks),
        jobs(router, guard, parts.jobs),
        enrolment(router, guard, parts.enrolment, parts.settings),
        shell(parts),
        account_pages(router, guard, shell),
        fleet_pages(router, guard, shell),
        enrolment_pages(router, guard, shell),
        host_pages(router, guard, shell),
        customer_pages(router, guard, shell),
        settings_pages(router, guard, shell),
        palette(router, guard, shell),
        repository_pages(router, guard, shell),
        job_pages(router, guard, shell),
        manual_pages(router, guard, shell),
        live(router, guard, shell) {
    router.wrap([this](http::Request& request, const http::Handler& next) { return around(request, next); });
    router.set_body_check(guard.site_check());
    router.set_error_body(
        [this](const http::Request& request, int status, std::string_view code, std::string_view message) {
          auto response = error_page(shell, request, status, code, message);
          add_security_headers(request, response);
          return response;
        });
    router.set_failure_answer([this](const http::Request& request, const std::exception_ptr& failure) {
      return answer_failure(shell, request, failure);
    });
    add_health_routes(router, parts);
    add_openapi_route(router);
    add_asset_routes(router);
  }

  Task<http::Response> around(http::Request& request, const http::Handler& next) {
    const Shell::Answering answering(shell, request);
    auto response = co_await guard.around(request, next);
    if (answering.error()) co_await frame(request, *answering.error(), response);
    co_await note_refused_body(parts.reports, request, response.status);
    clear_flash(request, response);
    http::compress(request, response);
    co_return response;
  }

  // A part of a page that script asks for stays without a frame.
  Task<> frame(http::Request& request, const views::ErrorText& error, http::Response& response) {
    if (request.headers.contains("HX-Request")) co_return;
    const auto visitor = co_await guard.identify(request);
    if (visitor) response.body = co_await shell.framed(request, *visitor, error);
  }

  Parts parts;
  Guard guard;
  AgentRoutes agents;
  InstallRoutes install;
  SessionApi session;
  HostsApi hosts;
  PlansApi plans;
  LimitsApi limits;
  BulkApi bulk;
  CustomersApi customers;
  KeysApi keys;
  ReportsApi reports;
  PingsApi pings;
  RepositoriesApi repositories;
  JobsApi jobs;
  EnrolmentApi enrolment;
  Shell shell;
  AccountPages account_pages;
  FleetPages fleet_pages;
  EnrolmentPages enrolment_pages;
  HostPages host_pages;
  CustomerPages customer_pages;
  SettingsPages settings_pages;
  PaletteRoutes palette;
  RepositoryPages repository_pages;
  JobPages job_pages;
  ManualPages manual_pages;
  LiveRoutes live;
};

Web::Web(http::Router& router, Parts parts) : handlers_(std::make_unique<Handlers>(router, std::move(parts))) {}
Web::~Web() = default;

}  // namespace holdfast::web
