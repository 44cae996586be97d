#include <boost/json/array.hpp>

#include "customers/api.hpp"
#include "fleet/json_fleet.hpp"
#include "hosts/pauses.hpp"
#include "hosts/reports_api.hpp"
#include "kit/answers.hpp"
#include "kit/handlers.hpp"
#include "kit/json/fields.hpp"
#include "kit/queries.hpp"

namespace holdfast::web {
namespace json = boost::json;
namespace {

std::string id_or_slug(const http::Request& request) {
  return std::string(request.parameter("id"));
}

json::object customer_for(const core::CustomerRow& row, const Reader& reader) {
  json::object object = to_json(row);
  if (!reader.is_person) hide_operator(object);
  return object;
}

json::object page_json(std::vector<core::CustomerRow> rows, std::size_t limit, const Reader& reader) {
  const bool more = rows.size() > limit;
  if (more) rows.pop_back();
  json::array customers;
  for (const auto& row : rows) customers.emplace_back(customer_for(row, reader));
  json::object body;
  body.emplace("customers", std::move(customers));
  body.emplace("next", more ? json::value(rows.back().customer.slug) : json::value(nullptr));
  return body;
}

}  // namespace

CustomersApi::CustomersApi(http::Router& router, Guard& guard, const runtime::Clock& clock, fleet::Customers& customers,
                           fleet::StoredReports& reports, fleet::Histories& histories)
    : clock_(clock), customers_(customers), reports_(reports), histories_(histories) {
  add_reading(router, guard, this, "/api/v1/customers", &CustomersApi::list);
  add_reading(router, guard, this, "/api/v1/customers/{id}", &CustomersApi::latest_report);
  add_reading(router, guard, this, "/api/v1/customers/{id}/summary", &CustomersApi::summary);
  add_reading(router, guard, this, "/api/v1/customers/{id}/history", &CustomersApi::history);
  add_api(router, guard, this, "POST", "/api/v1/customers", &CustomersApi::add);
  add_api(router, guard, this, "PATCH", "/api/v1/customers/{id}", &CustomersApi::change);
  add_api(router, guard, this, "DELETE", "/api/v1/customers/{id}", &CustomersApi::remove);
  add_api(router, guard, this, "POST", "/api/v1/customers/{id}/pause", &CustomersApi::pause);
  add_api(router, guard, this, "POST", "/api/v1/customers/{id}/resume", &CustomersApi::resume);
}

Task<http::Response> CustomersApi::list(http::Request& request, Reader reader) {
  auto query = read_customer_query(request);
  if (!query) co_return error_response(query.error());
  const auto limit = query->limit++;  // one more tells whether there is a next page
  query->only = reader.scope.customer;
  auto rows = co_await customers_.list(*std::move(query));
  co_return json_answer(200, page_json(std::move(rows), limit, reader));
}

Task<http::Response> CustomersApi::add(http::Request& request, Visitor visitor) {
  auto fields = Fields::parse(request.body);
  if (!fields) co_return error_response(fields.error());
  std::string slug = fields->text("slug");
  std::string name = fields->text_or("name", slug);
  if (auto checked = fields->check(); !checked) co_return error_response(checked.error());
  const auto id = co_await customers_.add(std::move(slug), std::move(name), visitor.actor());
  if (!id) co_return error_response(id.error());
  const auto made = co_await customers_.find(id->text());
  if (!made) co_return error_response(made.error());
  auto response = json_answer(201, to_json(made->row));
  response.headers.set("Location", "/api/v1/customers/" + id->text() + "/summary");
  co_return response;
}

Task<http::Response> CustomersApi::latest_report(http::Request& request, Reader reader) {
  const auto customer = co_await customers_.find(id_or_slug(request), reader.scope);
  if (!customer) co_return error_response(customer.error());
  const auto report = co_await reports_.latest_of_customer(customer->row.customer.id);
  if (!report) co_return error_response(404, "no_report", "There is no report of this customer yet.");
  co_return document_answer(*report);
}

Task<http::Response> CustomersApi::summary(http::Request& request, Reader reader) {
  const auto customer = co_await customers_.find(id_or_slug(request), reader.scope);
  if (!customer) co_return error_response(customer.error());
  json::object body = customer_for(customer->row, reader);
  body.emplace("refusal", refusal_or_null(customer->refusal));
  if (reader.is_person) body.emplace("notes", customer->notes);  // they are the operator's, about the customer
  co_return json_answer(200, std::move(body));
}

Task<http::Response> CustomersApi::history(http::Request& request, Reader reader) {
  const auto customer = co_await customers_.find(id_or_slug(request), reader.scope);
  if (!customer) co_return error_response(customer.error());
  const auto range = read_range(request, clock_.now());
  if (!range) co_return error_response(range.error());
  const auto history = co_await histories_.of_customer(customer->row.customer.id, *range);
  co_return history ? json_answer(200, to_json(*history)) : error_response(history.error());
}

Task<http::Response> CustomersApi::change(http::Request& request, Visitor visitor) {
  const auto customer = co_await customers_.find(id_or_slug(request));
  if (!customer) co_return error_response(customer.error());
  auto fields = Fields::parse(request.body);
  if (!fields) co_return error_response(fields.error());
  std::string name = fields->text_or("name", customer->row.customer.name);
  std::string notes = fields->text_or("notes", customer->notes);
  if (auto checked = fields->check(); !checked) co_return error_response(checked.error());
  const auto changed =
      co_await customers_.change(customer->row.customer.id, std::move(name), std::move(notes), visitor.actor());
  co_return done_or_error(changed);
}

Task<http::Response> CustomersApi::remove(http::Request& request, Visitor visitor) {
  const auto customer = co_await customers_.find(id_or_slug(request));
  if (!customer) co_return error_response(customer.error());
  const auto removed = co_await customers_.remove(customer->row.customer.id, visitor.actor());
  co_return done_or_error(removed);
}

Task<http::Response> CustomersApi::pause(http::Request& request, Visitor visitor) {
  const auto customer = co_await customers_.find(id_or_slug(request));
  if (!customer) co_return error_response(customer.error());
  auto pause = read_pause(request.body);
  if (!pause) co_return error_response(pause.error());
  const auto paused = co_await customers_.pause(customer->row.customer.id, *std::move(pause), visitor.actor());
  co_return done_or_error(paused);
}

Task<http::Response> CustomersApi::resume(http::Request& request, Visitor visitor) {
  const auto customer = co_await customers_.find(id_or_slug(request));
  if (!customer) co_return error_response(customer.error());
  const auto resumed = co_await customers_.pause(customer->row.customer.id, std::nullopt, visitor.actor());
  co_return done_or_error(resumed);
}

}  // namespace holdfast::web
