#pragma once

#include "fleet/accounts/report_keys.hpp"
#include "fleet/hosts/hosts.hpp"
#include "fleet/reports/histories.hpp"
#include "fleet/reports/reports.hpp"
#include "fleet/reports/stored_reports.hpp"
#include "http/server/router.hpp"
#include "kit/guard.hpp"
#include "runtime/async/clock.hpp"

namespace holdfast::web {

// Reports on their way in, and those of one host on their way out.
class ReportsApi {
 public:
  ReportsApi(http::Router& router, Guard& guard, const runtime::Clock& clock, fleet::Hosts& hosts,
             fleet::Reports& reports, fleet::StoredReports& stored, fleet::Histories& histories);

 private:
  Task<http::Response> receive(http::Request& request, fleet::KeyHolder sender);
  Task<http::Response> latest(http::Request& request, Reader reader);
  Task<http::Response> list(http::Request& request, Reader reader);
  Task<http::Response> show(http::Request& request, Reader reader);
  Task<http::Response> history(http::Request& request, Reader reader);
  // The host of the path, when the reader sees it.
  Task<core::Result<core::HostId>> host_of(const http::Request& request, const Reader& reader);

  const runtime::Clock& clock_;
  fleet::Hosts& hosts_;
  fleet::Reports& reports_;
  fleet::StoredReports& stored_;
  fleet::Histories& histories_;
};

// Remembers why a report was not even read, where the answer says so.
Task<> note_refused_body(fleet::Reports& reports, const http::Request& request, int status);

// A report exactly as it was sent; when it was made and came is in the header.
http::Response document_answer(const fleet::ReportDocument& report);

}  // namespace holdfast::web
