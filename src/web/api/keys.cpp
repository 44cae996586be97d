#include <boost/json/array.hpp>

#include "answers.hpp"
#include "api/api.hpp"
#include "json_fleet.hpp"

namespace holdfast::web {
namespace json = boost::json;

KeysApi::KeysApi(http::Router& router, Guard& guard, Parts& parts) : parts_(parts) {
  const auto add = [&](std::string_view method, std::string_view pattern,
                       Task<http::Response> (KeysApi::*handler)(http::Request&, Visitor)) {
    router.add(method, pattern, guard.api([this, handler](http::Request& request, Visitor visitor) {
      return (this->*handler)(request, std::move(visitor));
    }));
  };
  add("GET", "/api/v1/customers/{id}/keys", &KeysApi::list);
  add("POST", "/api/v1/customers/{id}/keys", &KeysApi::make);
  add("POST", "/api/v1/customers/{id}/keys/rotate", &KeysApi::rotate);
  add("DELETE", "/api/v1/customers/{id}/keys/{key}", &KeysApi::revoke);
}

Task<http::Response> KeysApi::list(http::Request& request, Visitor) {
  const auto customer = co_await parts_.customers.find(std::string(request.parameter("id")));
  if (!customer) co_return error_response(customer.error());
  json::array keys;
  for (const auto& key : customer->keys) keys.emplace_back(to_json(key));
  json::object body;
  body.emplace("keys", std::move(keys));
  co_return json_answer(200, body);
}

Task<http::Response> KeysApi::make(http::Request& request, Visitor visitor) {
  const auto customer = co_await parts_.customers.find(std::string(request.parameter("id")));
  if (!customer) co_return error_response(customer.error());
  const auto made = co_await parts_.customers.make_key(customer->row.customer.id, visitor.actor());
  co_return made ? json_answer(201, to_json(*made)) : error_response(made.error());
}

Task<http::Response> KeysApi::rotate(http::Request& request, Visitor visitor) {
  const auto customer = co_await parts_.customers.find(std::string(request.parameter("id")));
  if (!customer) co_return error_response(customer.error());
  const auto made = co_await parts_.customers.rotate_key(customer->row.customer.id, visitor.actor());
  co_return made ? json_answer(201, to_json(*made)) : error_response(made.error());
}

Task<http::Response> KeysApi::revoke(http::Request& request, Visitor visitor) {
  const auto customer = co_await parts_.customers.find(std::string(request.parameter("id")));
  if (!customer) co_return error_response(customer.error());
  const auto id = path_id<store::CustomerKeyId>(request, "key");
  if (!id) co_return error_response(id.error());
  const auto revoked = co_await parts_.customers.revoke_key(customer->row.customer.id, *id, visitor.actor());
  co_return done_or_error(revoked);
}

}  // namespace holdfast::web
