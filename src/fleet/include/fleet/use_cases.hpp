#pragma once

#include <memory>
#include <string>

#include "core/jobs/job.hpp"
#include "core/status/status.hpp"
#include "fleet/accounts/accounts.hpp"
#include "fleet/accounts/customers.hpp"
#include "fleet/accounts/key_ring.hpp"
#include "fleet/accounts/report_keys.hpp"
#include "fleet/agents/agent_session.hpp"
#include "fleet/agents/agents.hpp"
#include "fleet/enrolment/enrolment.hpp"
#include "fleet/hosts/hosts.hpp"
#include "fleet/hosts/pings.hpp"
#include "fleet/hosts/summary.hpp"
#include "fleet/jobs/jobs.hpp"
#include "fleet/live/clock_guard.hpp"
#include "fleet/live/live.hpp"
#include "fleet/live/readiness.hpp"
#include "fleet/live/watch.hpp"
#include "fleet/reports/histories.hpp"
#include "fleet/reports/record_expiry.hpp"
#include "fleet/reports/report_upkeep.hpp"
#include "fleet/reports/reports.hpp"
#include "fleet/reports/stored_reports.hpp"
#include "fleet/repositories/repositories.hpp"
#include "fleet/repositories/repository_checks.hpp"
#include "fleet/schedules/schedule_sets.hpp"
#include "fleet/schedules/schedules.hpp"
#include "fleet/store.hpp"

namespace holdfast::fleet {

struct UseCasesOptions {
  core::StatusLimits limits{};
  AccountsOptions accounts{};
  core::LogLimit log_limit = kDefaultLogLimit;
  std::string report_api_key{};  // of the operator; empty: none
  ReportsOptions reports{};
  RecordExpiryOptions record_expiry;
};

// All use cases of one hub, each made of those above it, and ended before them. Lives on the loop's thread; what it is
// made with outlives it.
struct UseCases {
  UseCases(runtime::Loop& loop, const runtime::Clock& clock, store::Database& database,
           const runtime::SecretBox& secrets, runtime::WorkerPool& hashing, UseCasesOptions options);
  ~UseCases();
  UseCases(const UseCases&) = delete;
  UseCases& operator=(const UseCases&) = delete;

  Live live;
  Watch watch;
  KeyRing keys;
  Accounts accounts;
  Agents agents;
  Enrolment enrolment;
  Jobs jobs;
  Hosts hosts;
  Customers customers;
  std::unique_ptr<store::Packer> packer;
  ReportKeys report_keys;
  Reports reports;
  StoredReports stored_reports;
  Histories histories;
  ReportUpkeep upkeep;
  Pings pings;
  ClockGuard clock_guard;
  RecordExpiry record_expiry;
  Summary summary;
  Repositories repositories;
  RepositoryChecks checks;
  ScheduleSets schedule_sets;
  Schedules schedules;
  Readiness readiness;
  AgentSession::Parts session;
};

}  // namespace holdfast::fleet
