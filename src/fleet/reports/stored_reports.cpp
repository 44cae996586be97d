#include "fleet/reports/stored_reports.hpp"

#include "reports/newest_report.hpp"
#include "reports/text_of_report.hpp"
#include "store/hosts/fleet_list.hpp"
#include "store/reports/reports.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

auto no_report() {
  return fail(ErrorKind::NotFound, "no_such_report", "There is no such report.");
}

}  // namespace

std::optional<core::ReportState> newest_of_customer(store::View& view, const core::CustomerId& customer,
                                                    core::Time now) {
  core::CustomerQuery query;
  query.only = customer;
  auto rows = store::list_customer_rows(view, query, now);
  return rows.empty() ? std::nullopt : std::move(rows.front().report);
}

std::optional<ReportDocument> StoredReports::open(const store::StoredReport& report) const {
  auto document = text_of_report(packer_, report);
  if (!document) return std::nullopt;
  return ReportDocument{report.host,        report.at,           report.received_at,
                        report.clock_ahead, report.clock_behind, *std::move(document)};
}

Task<std::optional<ReportDocument>> StoredReports::latest(core::HostId host) {
  const auto look = [&](store::View& view) -> std::optional<ReportDocument> {
    const auto state = store::find_report_state(view, host);
    const auto report = state ? store::find_report(view, host, state->at) : std::nullopt;
    if (!report) return std::nullopt;
    return open(*report);
  };
  co_return co_await database_.read(look);
}

Task<std::optional<ReportDocument>> StoredReports::latest_of_customer(core::CustomerId customer) {
  const auto look = [&, now = clock_.now()](store::View& view) { return newest_of_customer(view, customer, now); };
  const auto state = co_await database_.read(look);
  if (!state) co_return std::nullopt;
  co_return co_await latest(state->host);
}

Task<std::vector<ReportDocument>> StoredReports::last(core::HostId host, std::size_t limit) {
  const auto look = [&](store::View& view) {
    std::vector<ReportDocument> documents;
    for (const auto& report : store::last_reports(view, host, limit)) {
      if (auto document = open(report)) documents.push_back(*std::move(document));
    }
    return documents;
  };
  co_return co_await database_.read(look);
}

Task<std::vector<core::ReportMoment>> StoredReports::moments(core::HostId host, std::size_t limit) {
  const auto look = [&](store::View& view) { return store::last_moments(view, host, limit); };
  co_return co_await database_.read(look);
}

Task<Result<ReportDocument>> StoredReports::find(core::HostId host, core::Time at) {
  const auto look = [&](store::View& view) -> Result<ReportDocument> {
    const auto report = store::find_report(view, host, at);
    if (!report) return no_report();
    auto document = open(*report);
    if (!document)
      return fail(ErrorKind::NotFound, "report_damaged", "This report cannot be read: it is damaged in the database.");
    return *std::move(document);
  };
  co_return co_await database_.read(look);
}

}  // namespace holdfast::fleet
