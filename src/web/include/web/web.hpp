#pragma once

#include <memory>

#include "fleet/accounts/accounts.hpp"
#include "fleet/accounts/customers.hpp"
#include "fleet/accounts/report_keys.hpp"
#include "fleet/agents/agent_session.hpp"
#include "fleet/agents/agents.hpp"
#include "fleet/enrolment/enrolment.hpp"
#include "fleet/hosts/hosts.hpp"
#include "fleet/hosts/pings.hpp"
#include "fleet/hosts/summary.hpp"
#include "fleet/jobs/jobs.hpp"
#include "fleet/live/live.hpp"
#include "fleet/live/readiness.hpp"
#include "fleet/live/watch.hpp"
#include "fleet/reports/histories.hpp"
#include "fleet/reports/record_expiry.hpp"
#include "fleet/reports/reports.hpp"
#include "fleet/reports/stored_reports.hpp"
#include "fleet/repositories/repositories.hpp"
#include "fleet/repositories/repository_checks.hpp"
#include "http/server/router.hpp"
#include "runtime/async/clock.hpp"
#include "web/settings.hpp"

// Everything the hub answers over HTTP: the JSON API, the agents' WebSocket, the pages.
namespace holdfast::web {

// Adds all routes to a router. Lives as long as the router answers.
class Web {
 public:
  // What the routes are made of, each given what it needs of it. All of it outlives Web.
  struct Parts {
    runtime::Loop& loop;
    const runtime::Clock& clock;
    fleet::Accounts& accounts;
    fleet::Enrolment& enrolment;
    fleet::Agents& agents;
    fleet::Jobs& jobs;
    fleet::Hosts& hosts;
    fleet::Customers& customers;
    fleet::ReportKeys& report_keys;
    fleet::Reports& reports;
    fleet::StoredReports& stored_reports;
    fleet::Histories& histories;
    fleet::Pings& pings;
    fleet::Summary& summary;
    fleet::Watch& watch;
    fleet::RecordExpiry& record_expiry;
    fleet::Repositories& repositories;
    fleet::RepositoryChecks& checks;
    fleet::Live& live;
    fleet::Readiness& readiness;
    fleet::AgentSession::Parts session;
    Settings settings;
  };

  Web(http::Router& router, Parts parts);
  ~Web();
  Web(const Web&) = delete;
  Web& operator=(const Web&) = delete;

 private:
  struct Handlers;
  std::unique_ptr<Handlers> handlers_;
};

}  // namespace holdfast::web
