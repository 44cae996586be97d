#pragma once

#include "fleet/accounts/customers.hpp"
#include "fleet/agents/agents.hpp"
#include "fleet/enrolment/enrolment.hpp"
#include "fleet/hosts/hosts.hpp"
#include "fleet/reports/stored_reports.hpp"
#include "http/server/router.hpp"
#include "kit/guard.hpp"

namespace holdfast::web {

class HostsApi {
 public:
  HostsApi(http::Router& router, Guard& guard, fleet::Enrolment& enrolment, fleet::Agents& agents, fleet::Hosts& hosts,
           fleet::Customers& customers, fleet::StoredReports& reports);

 private:
  Task<http::Response> list(http::Request& request, Reader reader);
  Task<http::Response> show(http::Request& request, Reader reader);
  Task<std::optional<fleet::ReportDocument>> latest_report(core::HostId id);
  Task<http::Response> change(http::Request& request, Visitor visitor);
  Task<http::Response> remove(http::Request& request, Visitor visitor);
  Task<http::Response> pause(http::Request& request, Visitor visitor);
  Task<http::Response> resume(http::Request& request, Visitor visitor);
  Task<http::Response> rotate(http::Request& request, Visitor visitor);
  Task<http::Response> revoke(http::Request& request, Visitor visitor);

  fleet::Enrolment& enrolment_;
  fleet::Agents& agents_;
  fleet::Hosts& hosts_;
  fleet::Customers& customers_;
  fleet::StoredReports& reports_;
};

}  // namespace holdfast::web
