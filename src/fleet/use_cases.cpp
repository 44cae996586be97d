#include "fleet/use_cases.hpp"

#include "store/reports/reports.hpp"

namespace holdfast::fleet {

UseCases::UseCases(runtime::Loop& loop, const runtime::Clock& clock, store::Database& database,
                   const runtime::SecretBox& secrets, runtime::WorkerPool& hashing, UseCasesOptions options)
    : live(loop),
      watch(database, clock, live, options.limits),
      keys(database),
      accounts(database, clock, hashing, live, watch, std::move(options.accounts)),
      agents(database, clock, live, watch),
      enrolment(database, clock, secrets, agents, live, watch),
      jobs(database, clock, secrets, agents, live, watch, options.log_limit),
      hosts(database, clock, agents, live, watch),
      customers(database, clock, live, watch, keys),
      packer(std::make_unique<store::Packer>()),
      report_keys(clock, keys, std::move(options.report_api_key)),
      reports(database, clock, live, watch, report_keys, *packer, options.reports),
      stored_reports(database, clock, *packer),
      histories(database, clock, *packer),
      upkeep(database, clock, live, watch, *packer),
      pings({database, clock, live, watch, keys, reports}),
      clock_guard(database, clock, live, watch),
      record_expiry(database, clock, clock_guard, reports, upkeep, std::move(options.record_expiry)),
      summary(database, clock, live),
      repositories(database, clock, secrets, live, watch),
      checks(database, clock, secrets, agents, live, watch),
      schedule_sets(database, clock, secrets, agents, jobs, live, watch),
      schedules(database, clock, jobs, live, watch),
      readiness(database, clock),
      session{database, clock, agents, enrolment, jobs, reports, watch, checks, schedule_sets} {}

UseCases::~UseCases() = default;

}  // namespace holdfast::fleet
