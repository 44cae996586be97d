#include "server/session.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "runtime/log/log.hpp"
#include "server/hang_up.hpp"
#include "server/target.hpp"
#include "text.hpp"
#include "text/ascii.hpp"
#include "unpack.hpp"
#include "websocket/websocket_session.hpp"

// One coroutine a connection. No wait has a timer: each phase sets one deadline, the server looks at those of all
// connections, and who is late is aborted, so that the wait fails. The route is found before the body is read, since
// it says how large a body may be and who may send one.
namespace holdfast::http {
namespace {

constexpr std::chrono::seconds kWriteLimit{30};
constexpr std::chrono::seconds kFinishLimit{2};

int status_of(ReadError error) {
  switch (error) {
    case ReadError::Gone:
      return 0;
    case ReadError::Malformed:
      return 400;
    case ReadError::Header_too_large:
      return 431;
    case ReadError::Body_too_large:
      return 413;
  }
  return 400;
}

int status_of(UnpackError error) {
  switch (error) {
    case UnpackError::Unknown_encoding:
      return 415;
    case UnpackError::Damaged:
      return 400;
    case UnpackError::Too_large:
      return 413;
  }
  return 400;
}

bool wants_websocket(const Request& request) {
  return has_token(request.headers.get("Connection"), "upgrade") &&
         has_token(request.headers.get("Upgrade"), "websocket");
}

// Takes `count` written bytes off the front.
void advance(Buffers& buffers, std::size_t count) {
  for (auto& buffer : buffers) {
    const auto taken = std::min(count, buffer.size());
    buffer += taken;
    count -= taken;
  }
}

Task<> answer_into(std::optional<Answer>& into, const Router::Impl& router, Request& request, const Match& match) {
  into = co_await router.answer(request, match);
}

}  // namespace

Session::Session(ServerState& state, std::unique_ptr<Transport> transport, std::string peer)
    : state_(state),
      transport_(std::move(transport)),
      peer_(std::move(peer)),
      reader_(*transport_, state.options.max_header_bytes) {}

Task<> Session::run() {
  const Registered registered(state_, *this);
  enter(Phase::Idle, state_.options.request_timeout);
  const auto failure = co_await transport_->open();
  if (failure) co_return;
  auto next = Next::Keep;
  while (next == Next::Keep) next = co_await serve_one();
  if (next == Next::Gone) co_return;
  enter(Phase::Busy, kFinishLimit);
  co_await transport_->finish();
}

void Session::stop() {
  if (phase_ != Phase::Busy) abort();
}

void Session::check_deadline(Steady::time_point now) {
  if (now >= deadline_) abort();
}

void Session::enter(Phase phase, Steady::duration limit) {
  phase_ = phase;
  deadline_ = Steady::now() + limit;
}

Task<Session::Next> Session::serve_one() {
  if (state_.stopping) co_return Next::Close;
  enter(Phase::Idle, state_.options.idle_timeout);
  if (!co_await reader_.wait()) co_return Next::Gone;
  enter(Phase::Busy, state_.options.request_timeout);
  auto head = co_await reader_.read_header();
  if (head) co_return co_await serve(*head);
  if (head.error() == ReadError::Gone) co_return Next::Gone;
  RequestHead unreadable;
  unreadable.request.id = state_.next_request_id();
  unreadable.request.target = reader_.claimed_target();
  co_return co_await refuse(unreadable, status_of(head.error()));
}

Task<Session::Next> Session::serve(RequestHead& head) {
  Request& request = head.request;
  request.id = state_.next_request_id();
  request.peer = peer_;
  request.secure = transport_->secure();
  state_.proxies.apply(request);
  auto target = parse_target(request.target);
  if (!target) co_return co_await refuse(head, 400);
  request.path = std::move(target->path);
  request.query = std::move(target->query);

  const bool upgrade = wants_websocket(request);
  if (upgrade && reader_.has_unread_bytes())
    co_return co_await refuse(head, 400);  // no frame may come before the answer
  auto match = state_.router.find(request.method, target->segments, upgrade);
  request.parameters = std::move(match.parameters);
  if (match.route != nullptr && match.route->options.secret_path) request.pattern = match.route->pattern;
  if (match.route != nullptr && reader_.has_body()) co_await check_before_body(request, match);
  if (match.route != nullptr) {
    const auto body = co_await read_body(request, match.route->options);
    if (!body && body.error() == 0) co_return Next::Gone;
    if (!body) match = Match{.route = nullptr, .parameters = {}, .refusal = body.error(), .allow = {}};
  }

  deadline_ = Steady::time_point::max();  // a handler takes as long as it takes
  auto answered = co_await answer(request, match);
  if (!answered) co_return Next::Gone;
  co_return co_await reply(head, *answered);
}

Task<std::optional<Answer>> Session::answer(Request& request, const Match& match) {
  using namespace asio::experimental::awaitable_operators;
  const bool watched = match.route != nullptr && match.route->options.ends_with_client;
  if (!watched) co_return co_await state_.router.answer(request, match);
  std::optional<Answer> answered;
  auto answering = answer_into(answered, state_.router, request, match);
  auto watching = hung_up(reader_);
  auto first = std::move(answering) || std::move(watching);
  co_await std::move(first);
  const auto cancellation = co_await asio::this_coro::cancellation_state;
  if (!answered && cancellation.cancelled() != asio::cancellation_type::none)
    throw boost::system::system_error(asio::error::operation_aborted);
  co_return answered;
}

Task<Session::Next> Session::refuse(RequestHead& head, int status) {
  if (head.request.path.empty()) head.request.path = path_as_sent(head.request.target);
  const auto response = state_.router.error(head.request, status);
  // Without its path: where that cannot be read nobody knows whether it holds a secret.
  runtime::log::debug("http.refused", "Request refused",
                      {{"request", head.request.id}, {"status", status}, {"peer", peer_}});
  co_return co_await send(head, response, false);
}

Task<> Session::check_before_body(Request& request, Match& match) {
  const auto* const route = match.route;
  for (const BodyCheck* check : {&state_.router.body_check, &route->options.before_body}) {
    if (!*check) continue;
    auto answer = co_await (*check)(request);
    if (!answer) continue;
    match.route = nullptr;
    match.answer = std::move(answer);
    co_return;
  }
}

Task<std::expected<void, int>> Session::read_body(Request& request, const RouteOptions& options) {
  using Result = std::expected<void, int>;
  if (!reader_.has_body()) co_return Result();
  if (!reader_.fits(options.max_body)) co_return Result(std::unexpect, 413);
  const auto expectation = request.headers.get("Expect");
  if (!expectation.empty() && !text::equal_ignoring_case(expectation, "100-continue"))
    co_return Result(std::unexpect, 417);
  if (!expectation.empty() && !co_await invite_body()) co_return Result(std::unexpect, 0);

  auto body = co_await reader_.read_body(options.max_body);
  if (!body) co_return Result(std::unexpect, status_of(body.error()));
  const auto encoding = text::trim(request.headers.get("Content-Encoding"));
  auto unpacked = unpack(encoding, std::move(*body), options.max_unpacked);
  if (!unpacked) co_return Result(std::unexpect, status_of(unpacked.error()));
  request.body = std::move(*unpacked);
  co_return Result();
}

Task<bool> Session::invite_body() {
  const Buffers invitation{asio::buffer("HTTP/1.1 100 Continue\r\n\r\n", 25)};
  const bool written = co_await write_all(invitation);
  enter(Phase::Busy, state_.options.request_timeout);
  co_return written;
}

Task<Session::Next> Session::reply(const RequestHead& head, Answer& answer) {
  const bool keep = head.keep_alive && !reader_.has_body() && !state_.stopping &&
                    !has_token(answer.head.headers.get("Connection"), "close");
  runtime::log::debug("http.request", "Request",
                      {{"request", head.request.id},
                       {"method", head.request.method},
                       {"path", head.request.logged_path()},
                       {"status", answer.head.status},
                       {"peer", head.request.peer}});
  if (answer.run) {
    co_await upgrade(head.request, answer);
    co_return Next::Gone;
  }
  if (answer.write) co_return co_await stream(head, answer, keep);
  co_return co_await send(head, answer.head, keep);
}

Task<Session::Next> Session::send(const RequestHead& head, const Response& response, bool keep) {
  const HeadOptions options{.date = state_.date.now(), .keep_alive = keep, .http10 = head.http10};
  const std::string text = response_head(response, options);
  Buffers buffers{asio::buffer(text)};
  if (head.request.method != "HEAD") buffers[1] = asio::buffer(body_of(response));
  if (!co_await write_all(buffers)) co_return Next::Gone;
  co_return keep ? Next::Keep : Next::Close;
}

// The WebSocket goes on in a coroutine of its own, so that what reading HTTP needs is given back.
Task<> Session::upgrade(const Request& request, Answer& answer) {
  const WebSocketLimits limits{state_.options.websocket_max_message, state_.options.websocket_silence};
  std::string peer = request.peer;
  const auto socket = transport_->into_websocket(limits, std::move(peer));
  if (!co_await socket->accept(request, answer.head.headers)) co_return;
  start_websocket(state_, socket, std::move(answer.run));
}

Task<bool> Session::write_all(Buffers buffers) {
  while (asio::buffer_size(buffers) > 0) {
    deadline_ = Steady::now() + kWriteLimit;
    const auto count = co_await transport_->write_some(buffers);
    if (count == 0) co_return false;
    advance(buffers, count);
  }
  deadline_ = Steady::time_point::max();
  co_return true;
}

}  // namespace holdfast::http
