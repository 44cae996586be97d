#include "web/web.hpp"

#include "account/api.hpp"
#include "account/pages.hpp"
#include "agents/routes.hpp"
#include "core/database_error.hpp"
#include "customers/api.hpp"
#include "customers/keys_api.hpp"
#include "customers/pages.hpp"
#include "enrolment/api.hpp"
#include "enrolment/install.hpp"
#include "enrolment/pages.hpp"
#include "fleet/bulk_api.hpp"
#include "fleet/pages.hpp"
#include "fleet/palette.hpp"
#include "fleet/rows.hpp"
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
#include "kit/shell/pulse_counter.hpp"
#include "kit/shell/shell.hpp"
#include "repositories/api.hpp"
#include "repositories/pages.hpp"
#include "settings/manual.hpp"
#include "settings/pages.hpp"

namespace holdfast::web {
namespace {

void add_health_routes(http::Router& router, fleet::Readiness& readiness, const fleet::ClockGuard& clock_guard) {
  router.add("GET", "/healthz",
             [](http::Request&) -> Task<http::Response> { co_return http::text_response(200, "ok\n"); });
  router.add("GET", "/readyz", [&readiness, &clock_guard](http::Request&) -> Task<http::Response> {
    const bool ready = co_await readiness.ready();
    if (!ready) co_return http::text_response(503, "not ready\n");
    const bool doubted = clock_guard.lived_until().has_value();
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
  } catch (const core::DatabaseFull&) {
    return storage_failed(shell, request, 507, "disk_full", "The disk of the hub is full: nothing of this was stored.");
  } catch (const core::DatabaseInterrupted&) {
    return storage_failed(shell, request, 503, "too_costly",
                          "This took the hub too long and was given up: ask for less, or with a simpler filter.");
  } catch (const core::DatabaseError&) {
    return storage_failed(shell, request, 503, "database_failed",
                          "The database of the hub does not work right now: nothing of this was stored.");
  } catch (...) {
    return std::nullopt;
  }
}

}  // namespace

struct Web::Handlers {
  Handlers(http::Router& router, Parts parts)
      : settings(std::move(parts.settings)),
        reports(parts.reports),
        guard(parts.accounts, parts.report_keys, settings,
              [this](const http::Request& request, int status, std::string_view code, std::string_view message) {
                return error_page(shell, request, status, code, message);
              }),
        pulse(parts.clock, parts.live, parts.hosts, parts.enrolment, parts.jobs, parts.agents),
        shell(parts.clock, parts.record_expiry.clock_guard(), settings, pulse),
        row_contexts(parts.clock, parts.watch, parts.jobs, settings.version),
        agents(router, parts.loop, parts.clock, parts.enrolment, parts.session),
        install(router, parts.clock, parts.enrolment, settings),
        session_api(router, guard, parts.accounts),
        hosts_api(router, guard, parts.enrolment, parts.agents, parts.hosts, parts.customers, parts.stored_reports),
        plans_api(router, guard, parts.hosts, parts.repositories),
        limits_api(router, guard, parts.hosts, parts.customers),
        bulk_api(router, guard, parts.jobs, parts.hosts),
        customers_api(router, guard, parts.clock, parts.customers, parts.stored_reports, parts.histories),
        keys_api(router, guard, parts.customers),
        reports_api(router, guard, parts.clock, parts.hosts, parts.reports, parts.stored_reports, parts.histories),
        pings_api(router, guard, parts.pings),
        repositories_api(router, guard, parts.repositories, parts.checks),
        jobs_api(router, guard, parts.jobs),
        enrolment_api(router, guard, parts.enrolment, settings),
        account_pages(router, guard, shell, parts.clock, parts.accounts),
        fleet_pages(router, guard, shell, parts.clock, parts.hosts, parts.jobs, parts.summary, parts.watch,
                    row_contexts),
        enrolment_pages(router, guard, shell, parts.clock, parts.enrolment, parts.hosts, settings),
        host_pages(router, guard, shell,
                   {.clock = parts.clock,
                    .hosts = parts.hosts,
                    .jobs = parts.jobs,
                    .reports = parts.stored_reports,
                    .histories = parts.histories,
                    .repositories = parts.repositories,
                    .customers = parts.customers,
                    .enrolment = parts.enrolment,
                    .agents = parts.agents,
                    .watch = parts.watch}),
        customer_pages(router, guard, shell, parts.clock, parts.customers, parts.hosts, parts.reports, settings,
                       row_contexts),
        settings_pages(router, guard, shell, parts.hosts, parts.customers, parts.summary, parts.watch,
                       parts.record_expiry, settings),
        palette(router, guard, shell, parts.clock, parts.hosts, parts.customers, parts.jobs, parts.repositories),
        repository_pages(router, guard, shell, parts.clock, parts.repositories, parts.checks, parts.hosts, parts.jobs,
                         parts.agents, row_contexts),
        job_pages(router, guard, shell, parts.jobs, parts.hosts, parts.agents),
        manual_pages(router, guard, shell),
        live(router, guard, shell, parts.live,
             {.clock = parts.clock,
              .pulse = pulse,
              .row_contexts = row_contexts,
              .hosts = parts.hosts,
              .summary = parts.summary,
              .watch = parts.watch,
              .reports = parts.stored_reports,
              .histories = parts.histories,
              .jobs = parts.jobs,
              .agents = parts.agents,
              .enrolment = parts.enrolment,
              .repositories = parts.repositories,
              .checks = parts.checks}) {
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
    add_health_routes(router, parts.readiness, parts.record_expiry.clock_guard());
    add_openapi_route(router);
    add_asset_routes(router);
  }

  Task<http::Response> around(http::Request& request, const http::Handler& next) {
    const Shell::Answering answering(shell, request);
    auto response = co_await guard.around(request, next);
    if (answering.error()) co_await frame(request, *answering.error(), response);
    co_await note_refused_body(reports, request, response.status);
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

  Settings settings;
  fleet::Reports& reports;
  Guard guard;
  PulseCounter pulse;
  Shell shell;
  RowContexts row_contexts;
  AgentRoutes agents;
  InstallRoutes install;
  SessionApi session_api;
  HostsApi hosts_api;
  PlansApi plans_api;
  LimitsApi limits_api;
  BulkApi bulk_api;
  CustomersApi customers_api;
  KeysApi keys_api;
  ReportsApi reports_api;
  PingsApi pings_api;
  RepositoriesApi repositories_api;
  JobsApi jobs_api;
  EnrolmentApi enrolment_api;
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
