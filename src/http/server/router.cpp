#include "http/server/router.hpp"

#include <algorithm>

#include "server/router_impl.hpp"

namespace holdfast::http {
namespace {

// Codes and messages are the constants of router_answer.cpp: nothing in them needs escaping.
Response json_error(const Request&, int status, std::string_view code, std::string_view message) {
  std::string body = R"({"error":{"code":")";
  body.append(code).append(R"(","message":")").append(message).append(R"("}})");
  return json_response(status, std::move(body));
}

// What only asks has no need of a body; anybody may send one.
constexpr std::size_t kMaxBodyOfGet = 16 * 1024;

RouteOptions options_of_get(RouteOptions options = {}) {
  options.max_body = std::min(options.max_body, kMaxBodyOfGet);
  options.max_unpacked = std::min(options.max_unpacked, kMaxBodyOfGet);
  return options;
}

}  // namespace

Router::Router() : impl_(std::make_unique<Impl>()) {
  impl_->error_body = json_error;
}
Router::~Router() = default;

void Router::add(std::string_view method, std::string_view pattern, Handler handler, RouteOptions options) {
  if (method == "GET") options = options_of_get(std::move(options));
  impl_->add(std::string(method), pattern, Route{std::move(handler), std::move(options)});
}

void Router::add(std::string_view method, std::string_view pattern, CheckedHandler checked, RouteOptions options) {
  if (!options.before_body) options.before_body = std::move(checked.before_body);
  add(method, pattern, std::move(checked.handler), std::move(options));
}

void Router::add_stream(std::string_view pattern, StreamHandler handler) {
  impl_->add("GET", pattern, Route{std::move(handler), options_of_get()});
}

void Router::add_websocket(std::string_view pattern, WebSocketHandler handler) {
  impl_->add(std::string(kUpgrade), pattern, Route{std::move(handler), options_of_get()});
}

std::vector<RouteName> Router::routes() const {
  return impl_->routes();
}

void Router::wrap(Middleware middleware) {
  impl_->middlewares.push_back(std::move(middleware));
}
void Router::set_body_check(BodyCheck check) {
  impl_->body_check = std::move(check);
}
void Router::set_error_body(ErrorBody body) {
  impl_->error_body = std::move(body);
}
void Router::set_failure_answer(FailureAnswer answer) {
  impl_->failure_answer = std::move(answer);
}

}  // namespace holdfast::http
