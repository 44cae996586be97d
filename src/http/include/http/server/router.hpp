#pragma once

#include <compare>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"
#include "http/server/stream.hpp"
#include "http/websocket/websocket.hpp"
#include "runtime/async/task.hpp"

namespace holdfast::http {

using runtime::Task;

using Handler = std::function<Task<Response>(Request&)>;

// Answers with a stream instead of a body: return a Response with status and headers, and what writes after them.
// Without `write` it is an ordinary answer (an error, say).
struct StreamResponse {
  Response head;
  std::function<Task<>(Stream&)> write;
};
using StreamHandler = std::function<Task<StreamResponse>(Request&)>;

// Decides on an upgrade: a Response with status 101 lets `run` have the WebSocket; any other is sent as it is. The
// Request is gone by the time `run` is called.
struct WebSocketResponse {
  Response head;
  std::function<Task<>(WebSocket&)> run;
};
using WebSocketHandler = std::function<Task<WebSocketResponse>(Request&)>;

// Looks at a request whose body is still to be read: with an answer the body is never read, and the connection ends.
using BodyCheck = std::function<Task<std::optional<Response>>(Request&)>;

struct RouteOptions {
  std::size_t max_body = 1024 * 1024;          // bytes as they arrive; more is 413
  std::size_t max_unpacked = 4 * 1024 * 1024;  // bytes after Content-Encoding; more is 413
  BodyCheck before_body{};                     // asked only when there is a body
  bool ends_with_client = false;               // a client that hangs up ends the handler, which only reads
  bool secret_path = false;                    // its paths hold a secret: the log has the pattern instead
};

// A handler with what is to be asked before a body is read, where the route's options have nothing.
struct CheckedHandler {
  Handler handler;
  BodyCheck before_body;
};

// A route by what it was added with; a WebSocket's method is "GET upgrade".
struct RouteName {
  std::string method;
  std::string pattern;
  auto operator<=>(const RouteName&) const = default;
};

// Finds the handler for a method and a path. Patterns are literal segments and {names}: "/api/v1/hosts/{id}". Literal
// segments win over names. A known path with another method is 405 with Allow; HEAD is answered by GET's handler; an
// unknown path is 404.
class Router {
 public:
  Router();
  ~Router();
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  void add(std::string_view method, std::string_view pattern, Handler handler, RouteOptions options = {});
  void add(std::string_view method, std::string_view pattern, CheckedHandler checked, RouteOptions options = {});
  void add_stream(std::string_view pattern, StreamHandler handler);        // GET
  void add_websocket(std::string_view pattern, WebSocketHandler handler);  // GET with Upgrade: websocket

  // All that were added, by pattern.
  std::vector<RouteName> routes() const;

  // Asked before the body of a request is read, before what its route asks. Set once by the application.
  void set_body_check(BodyCheck check);

  // Runs around every handler, the first added outermost: checks, headers, error pages.
  using Middleware = std::function<Task<Response>(Request&, const Handler& next)>;
  void wrap(Middleware middleware);

  // Answers what no route matches, and turns the server's own refusals (400, 404, 405, 413, 415, 417, 426, 431, 500)
  // into bodies: set once by the application. The default is JSON: {"error":{"code":…,"message":…}}.
  using ErrorBody =
      std::function<Response(const Request&, int status, std::string_view code, std::string_view message)>;
  void set_error_body(ErrorBody body);

  // What becomes of an exception that a handler lets out, which is logged in any case: its answer, or nothing for 500.
  // Set once by the application.
  using FailureAnswer = std::function<std::optional<Response>(const Request&, const std::exception_ptr& failure)>;
  void set_failure_answer(FailureAnswer answer);

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace holdfast::http
