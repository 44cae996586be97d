#include <boost/json/array.hpp>

#include "core/database_error.hpp"
#include "fleet/json_fleet.hpp"
#include "hosts/api.hpp"
#include "hosts/pauses.hpp"
#include "kit/answers.hpp"
#include "kit/handlers.hpp"
#include "kit/json/fields.hpp"
#include "kit/json/json_text.hpp"
#include "kit/queries.hpp"
#include "runtime/log/log.hpp"

namespace holdfast::web {
namespace json = boost::json;

namespace {

// `object` with the document in it, to the last byte as it was sent.
std::string with_report(std::string object, const std::optional<fleet::ReportDocument>& latest) {
  object.pop_back();
  return object.append(R"(,"latest_report":)").append(latest ? latest->document : "null").append("}");
}

}  // namespace

HostsApi::HostsApi(http::Router& router, Guard& guard, fleet::Enrolment& enrolment, fleet::Agents& agents,
                   fleet::Hosts& hosts, fleet::Customers& customers, fleet::StoredReports& reports)
    : enrolment_(enrolment), agents_(agents), hosts_(hosts), customers_(customers), reports_(reports) {
  add_reading(router, guard, this, "/api/v1/hosts", &HostsApi::list);
  add_reading(router, guard, this, "/api/v1/hosts/{id}", &HostsApi::show);
  add_api(router, guard, this, "PATCH", "/api/v1/hosts/{id}", &HostsApi::change);
  add_api(router, guard, this, "DELETE", "/api/v1/hosts/{id}", &HostsApi::remove);
  add_api(router, guard, this, "POST", "/api/v1/hosts/{id}/pause", &HostsApi::pause);
  add_api(router, guard, this, "POST", "/api/v1/hosts/{id}/resume", &HostsApi::resume);
  add_api(router, guard, this, "POST", "/api/v1/hosts/{id}/rotate", &HostsApi::rotate);
  add_api(router, guard, this, "POST", "/api/v1/hosts/{id}/revoke", &HostsApi::revoke);
}

Task<http::Response> HostsApi::list(http::Request& request, Reader reader) {
  auto query = read_fleet_query(request);
  if (!query) co_return error_response(query.error());
  query->customer = reader.scope.customer;
  const auto page = co_await hosts_.page(*std::move(query));
  if (!page) co_return error_response(page.error());
  json::array hosts;
  for (const auto& host : page->hosts) {
    json::object shown = to_json(host);
    if (!reader.is_person) hide_operator(shown);
    hosts.emplace_back(std::move(shown));
  }
  json::object body;
  body.emplace("hosts", std::move(hosts));
  body.emplace("next", page->next.empty() ? json::value(nullptr) : json::value(page->next));
  body.emplace("total", to_json(page->counts));
  body.emplace("matching", to_json(page->matching));
  co_return json_answer(200, std::move(body));
}

Task<http::Response> HostsApi::show(http::Request& request, Reader reader) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_response(id.error());
  const auto detail = co_await hosts_.detail(*id, reader.scope);
  if (!detail) co_return error_response(detail.error());
  json::object body = to_json(*detail);
  if (!reader.is_person) {
    body.erase("notes");  // they are the operator's, about the customer
    hide_operator(body);
  }
  const auto latest = co_await latest_report(*id);
  co_return http::json_response(200, with_report(json_text(std::move(body)), latest));
}

// One that is damaged must not hide the host.
Task<std::optional<fleet::ReportDocument>> HostsApi::latest_report(core::HostId id) {
  try {
    co_return co_await reports_.latest(id);
  } catch (const core::DatabaseError& error) {
    runtime::log::error("reports.damaged", "The latest report of a host cannot be read",
                        {{"host", id.text()}, {"error", error.what()}});
  }
  co_return std::nullopt;
}

Task<http::Response> HostsApi::change(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_response(id.error());
  auto fields = Fields::parse(request.body);
  if (!fields) co_return error_response(fields.error());
  fleet::HostChange change{
      fields->text_if_given("name"), fields->texts_if_given("tags"), fields->text_if_given("notes"), {}};
  change.needs_backup = fields->flag_if_given("needs_backup");
  const auto customer = fields->text_if_given("customer");
  if (auto checked = fields->check(); !checked) co_return error_response(checked.error());
  if (customer) {
    const auto found = co_await customers_.find(*customer);
    if (!found) co_return error_response(found.error());
    change.customer = found->row.customer.id;
  }
  const auto changed = co_await hosts_.change(*id, std::move(change), visitor.actor());
  co_return done_or_error(changed);
}

Task<http::Response> HostsApi::remove(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_response(id.error());
  const auto removed = co_await hosts_.remove(*id, visitor.actor());
  if (!removed) co_return error_response(removed.error());
  co_return json_answer(202, json::object{});
}

Task<http::Response> HostsApi::pause(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_response(id.error());
  auto pause = read_pause(request.body);
  if (!pause) co_return error_response(pause.error());
  const auto paused = co_await hosts_.pause(*id, *std::move(pause), visitor.actor());
  co_return done_or_error(paused);
}

Task<http::Response> HostsApi::resume(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_response(id.error());
  const auto resumed = co_await hosts_.pause(*id, std::nullopt, visitor.actor());
  co_return done_or_error(resumed);
}

Task<http::Response> HostsApi::rotate(http::Request& request, Visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_response(id.error());
  const auto overview = co_await hosts_.find(*id);
  if (!overview) co_return error_response(404, "no_such_host", "There is no such host.");
  const bool sent = agents_.send(*id, protocol::CredentialsRotate{});
  if (!sent)
    co_return error_response(409, "not_connected",
                             "The host is not connected; its agent token can be rotated when it reconnects.");
  co_return json_answer(202, json::object{});
}

Task<http::Response> HostsApi::revoke(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_response(id.error());
  const auto revoked = co_await enrolment_.revoke(*id, visitor.actor());
  co_return done_or_error(revoked);
}

}  // namespace holdfast::web
