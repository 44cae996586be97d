#include "account/api.hpp"
#include "kit/answers.hpp"
#include "kit/json/fields.hpp"
#include "text/time.hpp"

namespace holdfast::web {
namespace json = boost::json;

SessionApi::SessionApi(http::Router& router, Guard& guard, fleet::Accounts& accounts)
    : guard_(guard), accounts_(accounts) {
  const http::RouteOptions small{16 * 1024, 16 * 1024};
  router.add("POST", "/api/v1/setup", [this](http::Request& request) { return set_up(request); }, small);
  router.add("POST", "/api/v1/session", [this](http::Request& request) { return sign_in(request); }, small);
  router.add("DELETE", "/api/v1/session", [this](http::Request& request) { return sign_out(request); }, small);
  const auto change = [this](http::Request& request, Visitor visitor) {
    return change_password(request, std::move(visitor));
  };
  router.add("PUT", "/api/v1/account/password", guard.api(change), small);
}

Task<http::Response> SessionApi::signed_in(const http::Request& request, core::Result<fleet::SignedIn> result) {
  if (!result) co_return error_response(result.error());
  co_await guard_.end_session(request);
  const json::object body{{"name", result->identity.name}, {"expires_at", text::format_time(result->expires_at)}};
  auto response = json_answer(201, body);
  guard_.set_session_cookie(request, response, *result);
  co_return response;
}

Task<http::Response> SessionApi::set_up(http::Request& request) {
  auto fields = Fields::parse(request.body);
  if (!fields) co_return error_response(fields.error());
  std::string token = fields->text("token");
  std::string name = fields->text("name");
  std::string password = fields->text("password");
  if (auto checked = fields->check(); !checked) co_return error_response(checked.error());
  fleet::Actor actor{name, request.peer};
  std::string agent(request.headers.get("User-Agent"));
  auto result = co_await accounts_.set_up(std::move(token), std::move(name), std::move(password), std::move(actor),
                                          std::move(agent));
  co_return co_await signed_in(request, std::move(result));
}

Task<http::Response> SessionApi::sign_in(http::Request& request) {
  auto fields = Fields::parse(request.body);
  if (!fields) co_return error_response(fields.error());
  std::string name = fields->text("name");
  std::string password = fields->text("password");
  if (auto checked = fields->check(); !checked) co_return error_response(checked.error());
  fleet::Actor actor{name, request.peer};
  std::string agent(request.headers.get("User-Agent"));
  auto result = co_await accounts_.sign_in(std::move(name), std::move(password), std::move(actor), std::move(agent));
  co_return co_await signed_in(request, std::move(result));
}

Task<http::Response> SessionApi::sign_out(http::Request& request) {
  co_await accounts_.sign_out(guard_.session_token(request));
  auto response = http::empty_response(204);
  guard_.clear_session_cookie(request, response);
  co_return response;
}

Task<http::Response> SessionApi::change_password(http::Request& request, Visitor visitor) {
  auto fields = Fields::parse(request.body);
  if (!fields) co_return error_response(fields.error());
  std::string old_password = fields->text("old_password");
  std::string password = fields->text("password");
  if (auto checked = fields->check(); !checked) co_return error_response(checked.error());
  const auto changed = co_await accounts_.change_password(visitor.actor(), guard_.session_token(request),
                                                          std::move(old_password), std::move(password));
  co_return done_or_error(changed);
}

}  // namespace holdfast::web
