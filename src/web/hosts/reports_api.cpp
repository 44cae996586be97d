#include <boost/json/array.hpp>

#include "fleet/json_fleet.hpp"
#include "hosts/reports_api.hpp"
#include "kit/answers.hpp"
#include "kit/handlers.hpp"
#include "kit/queries.hpp"
#include "text/time.hpp"

namespace holdfast::web {
namespace json = boost::json;
namespace {

constexpr std::string_view kReport = "/api/v1/report";
constexpr std::size_t kMaxReport = 1024 * 1024;  // bytes, packed and unpacked

// Of a body that was refused before anybody read it.
std::string_view fault_of_body(int status) {
  switch (status) {
    case 400:
      return "The report is not what its Content-Encoding says.";
    case 413:
      return "The report is larger than 1 MiB.";
    case 415:
      return "The report is compressed with something else than gzip or zstd.";
    default:
      return {};
  }
}

http::Response no_report() {
  return error_response(404, "no_report", "There is no report of this host yet.");
}

}  // namespace

http::Response document_answer(const fleet::ReportDocument& report) {
  auto response = http::json_response(200, report.document);
  auto& headers = response.headers;
  headers.set("Last-Modified", text::format_http_date(report.received_at));
  headers.set("X-Holdfast-Host", report.host.text());
  headers.set("X-Holdfast-Report", report_id(report.at));
  headers.set("X-Holdfast-At", text::format_time(report.at));
  headers.set("X-Holdfast-Received-At", text::format_time(report.received_at));
  headers.set("X-Holdfast-Clock-Ahead", report.clock_ahead ? "true" : "false");
  headers.set("X-Holdfast-Clock-Behind", report.clock_behind ? "true" : "false");
  return response;
}

Task<> note_refused_body(fleet::Reports& reports, const http::Request& request, int status) {
  if (request.method != "POST" || request.path != kReport) co_return;
  const auto why = fault_of_body(status);
  auto key = bearer_of(request);
  if (why.empty() || !key) co_return;
  co_await reports.note_unreadable(*std::move(key), std::string(why), request.peer);
}

ReportsApi::ReportsApi(http::Router& router, Guard& guard, const runtime::Clock& clock, fleet::Hosts& hosts,
                       fleet::Reports& reports, fleet::StoredReports& stored, fleet::Histories& histories)
    : clock_(clock), hosts_(hosts), reports_(reports), stored_(stored), histories_(histories) {
  const auto receiver = guard.sender(
      [this](http::Request& request, fleet::KeyHolder sender) { return receive(request, std::move(sender)); });
  router.add("POST", kReport, receiver, {kMaxReport, kMaxReport});
  add_reading(router, guard, this, "/api/v1/hosts/{id}/report", &ReportsApi::latest);
  add_reading(router, guard, this, "/api/v1/hosts/{id}/reports", &ReportsApi::list);
  add_reading(router, guard, this, "/api/v1/hosts/{id}/reports/{report}", &ReportsApi::show);
  add_reading(router, guard, this, "/api/v1/hosts/{id}/history", &ReportsApi::history);
}

Task<core::Result<core::HostId>> ReportsApi::host_of(const http::Request& request, const Reader& reader) {
  auto id = path_id<core::HostId>(request);
  if (!id) co_return id;
  const auto host = co_await hosts_.find(*id, reader.scope);
  if (!host) co_return core::fail(core::ErrorKind::NotFound, "no_such_host", "There is no such host.");
  co_return id;
}

Task<http::Response> ReportsApi::receive(http::Request& request, fleet::KeyHolder sender) {
  const auto received = co_await reports_.receive(std::move(sender), std::move(request.body), request.peer);
  if (!received) co_return error_response(received.error());
  co_return json_answer(received->duplicate ? 200 : 201, to_json(*received));
}

Task<http::Response> ReportsApi::latest(http::Request& request, Reader reader) {
  const auto host = co_await host_of(request, reader);
  if (!host) co_return error_response(host.error());
  const auto report = co_await stored_.latest(*host);
  co_return report ? document_answer(*report) : no_report();
}

Task<http::Response> ReportsApi::list(http::Request& request, Reader reader) {
  const auto host = co_await host_of(request, reader);
  if (!host) co_return error_response(host.error());
  const auto limit = read_limit(request);
  if (!limit) co_return error_response(limit.error());
  const auto found = co_await stored_.moments(*host, *limit);
  json::array reports;
  for (const auto& moment : found) reports.emplace_back(to_json(moment));
  json::object body;
  body.emplace("reports", std::move(reports));
  co_return json_answer(200, std::move(body));
}

Task<http::Response> ReportsApi::show(http::Request& request, Reader reader) {
  const auto host = co_await host_of(request, reader);
  if (!host) co_return error_response(host.error());
  const auto at = path_report(request);
  if (!at) co_return error_response(404, "no_such_report", "There is no such report of this host.");
  const auto report = co_await stored_.find(*host, *at);
  co_return report ? document_answer(*report) : error_response(report.error());
}

Task<http::Response> ReportsApi::history(http::Request& request, Reader reader) {
  const auto host = co_await host_of(request, reader);
  if (!host) co_return error_response(host.error());
  const auto range = read_range(request, clock_.now());
  if (!range) co_return error_response(range.error());
  const auto history = co_await histories_.of_host(*host, *range, reader.scope);
  co_return json_answer(200, to_json(history));
}

}  // namespace holdfast::web
