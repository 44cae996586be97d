#include <boost/json/array.hpp>

#include "customers/keys_api.hpp"
#include "fleet/json_fleet.hpp"
#include "kit/answers.hpp"
#include "kit/handlers.hpp"
#include "kit/json/fields.hpp"
#include "text/ascii.hpp"
#include "text/duration.hpp"

namespace holdfast::web {
namespace json = boost::json;

core::Result<std::chrono::seconds> read_every(std::string_view text) {
  if (text::trim(text).empty()) return std::chrono::seconds(0);
  const auto every = text::parse_duration(text::trim(text));
  if (!every)
    return core::fail(core::ErrorKind::Invalid, "every_invalid", "every must be a duration such as 90m, 26h or 7d.");
  return *every;
}

KeysApi::KeysApi(http::Router& router, Guard& guard, fleet::Customers& customers) : customers_(customers) {
  add_api(router, guard, this, "GET", "/api/v1/customers/{id}/keys", &KeysApi::list);
  add_api(router, guard, this, "POST", "/api/v1/customers/{id}/keys", &KeysApi::make);
  add_api(router, guard, this, "POST", "/api/v1/customers/{id}/keys/rotate", &KeysApi::rotate);
  add_api(router, guard, this, "POST", "/api/v1/customers/{id}/ping-keys", &KeysApi::make_ping_key);
  add_api(router, guard, this, "POST", "/api/v1/customers/{id}/heartbeats", &KeysApi::make_heartbeat);
  add_api(router, guard, this, "DELETE", "/api/v1/customers/{id}/keys/{key}", &KeysApi::revoke);
}

Task<http::Response> KeysApi::list(http::Request& request, Visitor) {
  const auto customer = co_await customers_.find(std::string(request.parameter("id")));
  if (!customer) co_return error_response(customer.error());
  json::array keys;
  for (const auto& key : customer->keys) keys.emplace_back(to_json(key));
  json::object body;
  body.emplace("keys", std::move(keys));
  co_return json_answer(200, std::move(body));
}

Task<http::Response> KeysApi::make(http::Request& request, Visitor visitor) {
  const auto customer = co_await customers_.find(std::string(request.parameter("id")));
  if (!customer) co_return error_response(customer.error());
  const auto made = co_await customers_.make_key(customer->row.customer.id, visitor.actor());
  co_return made ? json_answer(201, to_json(*made)) : error_response(made.error());
}

Task<http::Response> KeysApi::rotate(http::Request& request, Visitor visitor) {
  const auto customer = co_await customers_.find(std::string(request.parameter("id")));
  if (!customer) co_return error_response(customer.error());
  const auto made = co_await customers_.rotate_key(customer->row.customer.id, visitor.actor());
  co_return made ? json_answer(201, to_json(*made)) : error_response(made.error());
}

Task<http::Response> KeysApi::make_ping_key(http::Request& request, Visitor visitor) {
  const auto customer = co_await customers_.find(std::string(request.parameter("id")));
  if (!customer) co_return error_response(customer.error());
  const auto made = co_await customers_.make_ping_key(customer->row.customer.id, visitor.actor());
  co_return made ? json_answer(201, to_json(*made)) : error_response(made.error());
}

Task<http::Response> KeysApi::make_heartbeat(http::Request& request, Visitor visitor) {
  const auto customer = co_await customers_.find(std::string(request.parameter("id")));
  if (!customer) co_return error_response(customer.error());
  auto fields = Fields::parse(request.body);
  if (!fields) co_return error_response(fields.error());
  std::string host = fields->text("host");
  const auto every = read_every(fields->text_or("every", ""));
  if (auto checked = fields->check(); !checked) co_return error_response(checked.error());
  if (!every) co_return error_response(every.error());
  const auto made =
      co_await customers_.make_heartbeat(customer->row.customer.id, std::move(host), *every, visitor.actor());
  co_return made ? json_answer(201, to_json(*made)) : error_response(made.error());
}

Task<http::Response> KeysApi::revoke(http::Request& request, Visitor visitor) {
  const auto customer = co_await customers_.find(std::string(request.parameter("id")));
  if (!customer) co_return error_response(customer.error());
  const auto id = path_id<core::CustomerKeyId>(request, "key");
  if (!id) co_return error_response(id.error());
  const auto revoked = co_await customers_.revoke_key(customer->row.customer.id, *id, visitor.actor());
  co_return done_or_error(revoked);
}

}  // namespace holdfast::web
