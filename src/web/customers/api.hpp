#pragma once

#include "fleet/accounts/customers.hpp"
#include "fleet/reports/histories.hpp"
#include "fleet/reports/stored_reports.hpp"
#include "http/server/router.hpp"
#include "kit/guard.hpp"
#include "runtime/async/clock.hpp"

namespace holdfast::web {

class CustomersApi {
 public:
  CustomersApi(http::Router& router, Guard& guard, const runtime::Clock& clock, fleet::Customers& customers,
               fleet::StoredReports& reports, fleet::Histories& histories);

 private:
  Task<http::Response> list(http::Request& request, Reader reader);
  Task<http::Response> add(http::Request& request, Visitor visitor);
  Task<http::Response> latest_report(http::Request& request, Reader reader);
  Task<http::Response> summary(http::Request& request, Reader reader);
  Task<http::Response> history(http::Request& request, Reader reader);
  Task<http::Response> change(http::Request& request, Visitor visitor);
  Task<http::Response> remove(http::Request& request, Visitor visitor);
  Task<http::Response> pause(http::Request& request, Visitor visitor);
  Task<http::Response> resume(http::Request& request, Visitor visitor);

  const runtime::Clock& clock_;
  fleet::Customers& customers_;
  fleet::StoredReports& reports_;
  fleet::Histories& histories_;
};

}  // namespace holdfast::web
