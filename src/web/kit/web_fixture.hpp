#pragma once

#include "fake_clock.hpp"
#include "runtime/secrets/crypto.hpp"
#include "runtime/time_zone.hpp"
#include "store/reports/reports.hpp"
#include "store/sqlite/database.hpp"
#include "temporary_directory.hpp"
#include "web/web.hpp"

namespace holdfast::web {

// For tests: everything that the hub answers, over an empty database. Nothing listens.
struct WebFixture {
  WebFixture() { runtime::start_crypto(); }

  tests::TemporaryDirectory directory;
  runtime::Loop loop;
  tests::FakeClock clock;
  runtime::SecretBox secrets{std::string(32, 'k')};
  runtime::WorkerPool hashing{"hashing", 1, 8};
  store::Database database{loop, directory / "holdfast.db"};
  fleet::Live live{loop};
  fleet::Watch watch{database, clock, live, {}};
  fleet::KeyRing keys{database};
  fleet::Accounts accounts{database, clock, hashing, live, watch, {}};
  fleet::Agents agents{database, clock, live, watch};
  fleet::Enrolment enrolment{database, clock, secrets, agents, live, watch};
  fleet::Jobs jobs{database, clock, secrets, agents, live, watch};
  fleet::Hosts hosts{database, clock, agents, live, watch};
  fleet::Customers customers{database, clock, live, watch, keys};
  store::Packer packer;
  fleet::ReportKeys report_keys{clock, keys, ""};
  fleet::Reports reports{database, clock, live, watch, report_keys, packer, {}};
  fleet::StoredReports stored_reports{database, clock, packer};
  fleet::Histories histories{database, clock, packer};
  fleet::ReportUpkeep upkeep{database, clock, live, watch, packer};
  fleet::Pings pings{{database, clock, live, watch, keys, reports}};
  fleet::Summary summary{database, clock, live};
  fleet::ClockGuard clock_guard{database, clock, live, watch};
  fleet::RecordExpiry record_expiry{
      database, clock, clock_guard, reports, upkeep, {.prune_schedule = {}, .zone = runtime::find_zone("UTC").value()}};
  fleet::Repositories repositories{database, clock, secrets, live, watch};
  fleet::RepositoryChecks checks{database, clock, secrets, agents, live, watch};
  fleet::Readiness readiness{database, clock};
  http::Router router;
  Web web{router,
          {.loop = loop,
           .clock = clock,
           .accounts = accounts,
           .enrolment = enrolment,
           .agents = agents,
           .jobs = jobs,
           .hosts = hosts,
           .customers = customers,
           .report_keys = report_keys,
           .reports = reports,
           .stored_reports = stored_reports,
           .histories = histories,
           .pings = pings,
           .summary = summary,
           .watch = watch,
           .record_expiry = record_expiry,
           .repositories = repositories,
           .checks = checks,
           .live = live,
           .readiness = readiness,
           .session = {database, clock, agents, enrolment, jobs, reports, watch, checks},
           .settings = {}}};
};

}  // namespace holdfast::web
