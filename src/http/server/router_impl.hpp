#pragma once

#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "http/server/router.hpp"

namespace holdfast::http {

struct Route {
  std::variant<Handler, StreamHandler, WebSocketHandler> handler;
  RouteOptions options{};
  std::string pattern{};
  std::vector<std::string> names{};  // of the pattern's {names}, in order
};

// What a method and a path lead to: a route with what its names matched, or a status that says why there is none.
struct Match {
  const Route* route = nullptr;
  std::map<std::string, std::string, std::less<>> parameters;
  int refusal = 0;                   // 404, 405 or 426; a session sets others
  std::string allow;                 // with 405
  std::optional<Response> answer{};  // instead of what the refusal says
};

// A response that is ready to send, and what follows it on the connection.
struct Answer {
  Response head;
  std::function<Task<>(Stream&)> write;
  std::function<Task<>(WebSocket&)> run;
};

struct Router::Impl {
  // One segment of the paths. `routes` are those whose pattern ends here, by method; a WebSocket's is "GET upgrade".
  struct Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::unique_ptr<Node> any;
    std::map<std::string, Route, std::less<>> routes;
  };

  void add(std::string method, std::string_view pattern, Route route);
  Match find(std::string_view method, const std::vector<std::string>& segments, bool upgrade) const;
  std::vector<RouteName> routes() const;

  // Runs the matched handler, or refuses, within the middlewares. A handler that throws becomes a 500.
  Task<Answer> answer(Request& request, const Match& match) const;
  // The answer of a refusal, without the middlewares.
  Response error(const Request& request, int status) const;

  Node root;
  std::vector<Middleware> middlewares;
  BodyCheck body_check;
  ErrorBody error_body;
  FailureAnswer failure_answer;

 private:
  Task<Response> within_middlewares(Request& request, const Handler& innermost, std::size_t index) const;
  Task<Response> guarded(Request& request, const Route& route, Answer& answer) const;
  Task<Response> failed(const Request& request, std::exception_ptr failure) const;
  Response refusal(const Request& request, const Match& match) const;
};

// The key of a WebSocket among a path's methods.
inline constexpr std::string_view kUpgrade = "GET upgrade";

}  // namespace holdfast::http
