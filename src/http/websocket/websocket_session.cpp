#include "websocket/websocket_session.hpp"

#include "failure.hpp"
#include "runtime/log/log.hpp"

namespace holdfast::http {
namespace {

constexpr std::uint16_t kNormal = 1000;
constexpr std::uint16_t kGoingAway = 1001;
constexpr std::uint16_t kInternalError = 1011;

// What the server may do to a WebSocket. Silence is the socket's own concern.
class LiveWebSocket final : public Connection {
 public:
  explicit LiveWebSocket(WebSocketConnection& socket) : socket_(socket) {}
  ~LiveWebSocket() override { socket_.abort(); }
  void stop() override { socket_.close(kGoingAway, "the server stops"); }
  void abort() override { socket_.abort(); }
  void check_deadline(Steady::time_point) override {}

 private:
  WebSocketConnection& socket_;
};

Task<std::exception_ptr> run_caught(WebSocket& socket, const std::function<Task<>(WebSocket&)>& run) {
  try {
    co_await run(socket);
  } catch (...) {
    co_return std::current_exception();
  }
  co_return nullptr;
}

Task<> run_websocket(ServerState& state, WebSocketConnection& socket, const std::function<Task<>(WebSocket&)>& run) {
  LiveWebSocket live(socket);
  const Registered registered(state, live);
  const auto failure = co_await run_caught(socket, run);
  const auto cancellation = co_await asio::this_coro::cancellation_state;
  if (cancellation.cancelled() != asio::cancellation_type::none) co_return;
  if (failure) {
    runtime::log::error("http.websocket_failed", "A WebSocket's handler failed",
                        {{"peer", socket.peer()}, {"error", text_of(failure)}});
  }
  socket.close(failure ? kInternalError : kNormal, "");
  // The closing handshake goes on while something reads.
  bool open = true;
  while (open) {
    const auto message = co_await socket.receive();
    open = message.has_value();
  }
}

}  // namespace

void start_websocket(ServerState& state, std::shared_ptr<WebSocketConnection> socket,
                     std::function<Task<>(WebSocket&)> run) {
  state.sessions.spawn("WebSocket", [&state, socket = std::move(socket), run = std::move(run)] {
    return run_websocket(state, *socket, run);
  });
}

}  // namespace holdfast::http
