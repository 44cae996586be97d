#include <algorithm>
#include <array>
#include <exception>

#include "client/response_head.hpp"
#include "failure.hpp"
#include "runtime/log/log.hpp"
#include "server/router_impl.hpp"

namespace holdfast::http {
namespace {

namespace asio = runtime::asio;
namespace log = runtime::log;

struct Refusal {
  int status;
  std::string_view code;
  std::string_view message;
};
constexpr std::array kRefusals{
    Refusal{400, "bad_request", "The request is malformed."},
    Refusal{404, "not_found", "There is nothing here."},
    Refusal{405, "method_not_allowed", "This method is not allowed here."},
    Refusal{411, "length_required", "The request needs a length."},
    Refusal{413, "too_large", "The request is too large."},
    Refusal{415, "unsupported_encoding", "The body may be compressed with gzip or zstd only."},
    Refusal{417, "expectation_failed", "The only expectation that can be met is 100-continue."},
    Refusal{426, "upgrade_required",
            "This is a WebSocket, and the request has no Upgrade header. A proxy in front must pass "
            "on Upgrade and Connection, over HTTP/1.1."},
    Refusal{431, "header_too_large", "The header is too large."},
    Refusal{500, "internal", "Something went wrong; the log has the details."},
};

// Calls the route's handler and puts aside what is to follow its head.
Task<Response> call(const Route& route, Request& request, Answer& answer) {
  if (const auto* stream = std::get_if<StreamHandler>(&route.handler)) {
    auto response = co_await (*stream)(request);
    answer.write = std::move(response.write);
    co_return std::move(response.head);
  }
  if (const auto* websocket = std::get_if<WebSocketHandler>(&route.handler)) {
    auto response = co_await (*websocket)(request);
    answer.run = std::move(response.run);
    co_return std::move(response.head);
  }
  co_return co_await std::get<Handler>(route.handler)(request);
}

}  // namespace

Response Router::Impl::error(const Request& request, int status) const {
  const auto* const refusal = std::ranges::find(kRefusals, status, &Refusal::status);
  return error_body(request, status, refusal->code, refusal->message);
}

Response Router::Impl::refusal(const Request& request, const Match& match) const {
  auto response = error(request, match.refusal);
  if (match.refusal == 405) response.headers.set("Allow", match.allow);
  if (match.refusal == 415) response.headers.set("Accept-Encoding", "gzip, zstd");
  if (match.refusal == 426) response.headers.set("Upgrade", "websocket");
  return response;
}

Task<Answer> Router::Impl::answer(Request& request, const Match& match) const {
  Answer answer;
  int own_status = 0;
  const Handler innermost = [&](Request& wrapped) -> Task<Response> {
    Response response;
    if (match.route == nullptr) {
      response = match.answer ? *match.answer : refusal(wrapped, match);
    } else {
      response = co_await guarded(wrapped, *match.route, answer);
    }
    own_status = response.status;
    co_return response;
  };
  std::exception_ptr failure;
  try {
    answer.head = co_await within_middlewares(request, innermost, 0);
    check_headers(answer.head);
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) answer.head = co_await failed(request, failure);
  // A middleware that answers in the handler's place sends a body of its own.
  if (answer.head.status != own_status) answer.write = nullptr;
  if (answer.head.status != own_status || own_status != 101) answer.run = nullptr;
  co_return answer;
}

Task<Response> Router::Impl::within_middlewares(Request& request, const Handler& innermost, std::size_t index) const {
  if (index == middlewares.size()) co_return co_await innermost(request);
  const Handler next = [&, index](Request& wrapped) { return within_middlewares(wrapped, innermost, index + 1); };
  co_return co_await middlewares[index](request, next);
}

Task<Response> Router::Impl::guarded(Request& request, const Route& route, Answer& answer) const {
  std::exception_ptr failure;
  try {
    co_return co_await call(route, request, answer);
  } catch (...) {
    failure = std::current_exception();
  }
  co_return co_await failed(request, failure);
}

// What a failed handler is answered with. When the server stops, handlers end by an exception too; that one goes on.
Task<Response> Router::Impl::failed(const Request& request, std::exception_ptr failure) const {
  const auto cancellation = co_await asio::this_coro::cancellation_state;
  if (cancellation.cancelled() != asio::cancellation_type::none) std::rethrow_exception(failure);
  log::error("http.handler_failed", "A handler failed",
             {{"request", request.id},
              {"method", request.method},
              {"path", request.logged_path()},
              {"error", text_of(failure)}});
  auto answer = failure_answer ? failure_answer(request, failure) : std::nullopt;
  co_return answer ? *std::move(answer) : error(request, 500);
}

}  // namespace holdfast::http
