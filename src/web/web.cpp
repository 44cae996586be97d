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
#include "schedules/api.hpp"
#include "schedules/pages.hpp"
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
  Handlers(http::Router& router, runtime::Loop& loop, const runtime::Clock& clock, fleet::UseCases& fleet,
           Settings wanted)
      : settings(std::move(wanted)),
        reports(fleet.reports),
        guard(fleet.accounts, fleet.report_keys, settings,
              [this](const http::Request& request, int status, std::string_view code, std::string_view message) {
                return error_page(shell, request, status, code, message);
              }),
        pulse(clock, fleet.live, fleet.hosts, fleet.enrolment, fleet.jobs, fleet.agents),
        shell(clock, fleet.clock_guard, settings, pulse),
        row_contexts(clock, fleet.watch, fleet.jobs, settings.version),
        agents(router, loop, clock, fleet.enrolment, fleet.session),
        install(router, clock, fleet.enrolment, settings),
        session_api(router, guard, fleet.accounts),
        hosts_api(router, guard, fleet.enrolment, fleet.agents, fleet.hosts, fleet.customers, fleet.stored_reports),
        plans_api(router, guard, fleet.hosts, fleet.repositories),
        limits_api(router, guard, fleet.hosts, fleet.customers),
        bulk_api(router, guard, fleet.jobs, fleet.hosts),
        customers_api(router, guard, clock, fleet.customers, fleet.stored_reports, fleet.histories),
        keys_api(router, guard, fleet.customers),
        reports_api(router, guard, clock, fleet.hosts, fleet.reports, fleet.stored_reports, fleet.histories),
        pings_api(router, guard, fleet.pings),
        repositories_api(router, guard, fleet.repositories, fleet.checks),
        schedules_api(router, guard, clock, fleet.schedules, fleet.schedule_sets),
        jobs_api(router, guard, fleet.jobs),
        enrolment_api(router, guard, fleet.enrolment, settings),
        account_pages(router, guard, shell, clock, fleet.accounts),
        fleet_pages(router, guard, shell, clock, fleet.hosts, fleet.jobs, fleet.summary, fleet.watch, row_contexts),
        enrolment_pages(router, guard, shell, clock, fleet.enrolment, fleet.hosts, settings),
        host_pages(router, guard, shell,
                   {.clock = clock,
                    .hosts = fleet.hosts,
                    .jobs = fleet.jobs,
                    .reports = fleet.stored_reports,
                    .histories = fleet.histories,
                    .repositories = fleet.repositories,
                    .customers = fleet.customers,
                    .enrolment = fleet.enrolment,
                    .agents = fleet.agents,
                    .watch = fleet.watch,
                    .schedules = fleet.schedules,
                    .schedule_sets = fleet.schedule_sets}),
        customer_pages(router, guard, shell, clock, fleet.customers, fleet.hosts, fleet.reports, settings,
                       row_contexts),
        settings_pages(router, guard, shell, fleet.hosts, fleet.customers, fleet.summary, fleet.watch,
                       fleet.record_expiry, settings),
        palette(router, guard, shell, clock, fleet.hosts, fleet.customers, fleet.jobs, fleet.repositories),
        schedule_pages(router, guard, shell, clock, fleet.schedules, fleet.repositories, fleet.customers),
        repository_pages(router, guard, shell, clock, fleet.repositories, fleet.checks, fleet.hosts, fleet.jobs,
                         fleet.agents, row_contexts),
        job_pages(router, guard, shell, fleet.jobs, fleet.hosts, fleet.agents),
        manual_pages(router, guard, shell),
        live(router, guard, shell, fleet.live,
             {.clock = clock,
              .pulse = pulse,
              .row_contexts = row_contexts,
              .hosts = fleet.hosts,
              .summary = fleet.summary,
              .watch = fleet.watch,
              .reports = fleet.stored_reports,
              .histories = fleet.histories,
              .jobs = fleet.jobs,
              .agents = fleet.agents,
              .enrolment = fleet.enrolment,
              .repositories = fleet.repositories,
              .checks = fleet.checks}) {
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
    add_health_routes(router, fleet.readiness, fleet.clock_guard);
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
  SchedulesApi schedules_api;
  JobsApi jobs_api;
  EnrolmentApi enrolment_api;
  AccountPages account_pages;
  FleetPages fleet_pages;
  EnrolmentPages enrolment_pages;
  HostPages host_pages;
  CustomerPages customer_pages;
  SettingsPages settings_pages;
  PaletteRoutes palette;
  SchedulePages schedule_pages;
  RepositoryPages repository_pages;
  JobPages job_pages;
  ManualPages manual_pages;
  LiveRoutes live;
};

Web::Web(http::Router& router, runtime::Loop& loop, const runtime::Clock& clock, fleet::UseCases& fleet,
         Settings settings)
    : handlers_(std::make_unique<Handlers>(router, loop, clock, fleet, std::move(settings))) {}
Web::~Web() = default;

}  // namespace holdfast::web
