#include "http/client/client.hpp"

#include "client/dial.hpp"
#include "server/exchange.hpp"
#include "text.hpp"
#include "within.hpp"

namespace holdfast::http {
namespace {

using Failure = std::unexpected<std::string>;
using FetchResult = std::expected<Response, std::string>;
using ConnectResult = std::expected<std::unique_ptr<WebSocket>, ConnectError>;

constexpr std::size_t kMostBody = 4 * 1024 * 1024;

Task<FetchResult> fetch_now(Loop& loop, const Destination& destination, const Call& call,
                            const ClientOptions& options) {
  const auto transport = co_await dial(loop, destination, options);
  if (!transport) co_return Failure(transport.error());
  auto response = co_await exchange(**transport, call);
  (*transport)->abort();
  co_return response;
}

// The client's end of a WebSocket. Whoever drops it ends the connection.
class ClientWebSocket final : public WebSocket {
 public:
  explicit ClientWebSocket(std::shared_ptr<WebSocketConnection> connection) : connection_(std::move(connection)) {}
  ~ClientWebSocket() override { connection_->abort(); }

  Task<std::expected<std::string, WebSocketEnd>> receive() override { return connection_->receive(); }
  bool send(std::shared_ptr<const std::string> message) override { return connection_->send(std::move(message)); }
  std::size_t unsent() const override { return connection_->unsent(); }
  void close(std::uint16_t code, std::string_view reason) override { connection_->close(code, reason); }
  const std::string& peer() const override { return connection_->peer(); }

 private:
  std::shared_ptr<WebSocketConnection> connection_;
};

Task<ConnectResult> connect_now(Loop& loop, const Destination& destination, const Headers& headers,
                                WebSocketLimits limits, const ClientOptions& options) {
  const auto transport = co_await dial(loop, destination, options);
  if (!transport) co_return ConnectResult(std::unexpect, ConnectError{transport.error(), 0});
  const auto connection = (*transport)->into_websocket(limits, destination.host);
  const Handshake handshake{destination.host_header(), destination.target, headers};
  const auto result = co_await connection->handshake(handshake);
  if (result) co_return std::make_unique<ClientWebSocket>(connection);
  std::string message = "cannot open a WebSocket to " + destination.name() + ": " + result.error().reason;
  co_return ConnectResult(std::unexpect, ConnectError{std::move(message), result.error().status});
}

std::string timeout_sentence(const Destination& destination, const ClientOptions& options) {
  return "no answer from " + destination.name() + " within " + std::to_string(options.timeout.count()) + " s";
}

}  // namespace

Task<FetchResult> fetch(Loop& loop, std::string method, std::string url, Headers headers, std::string body,
                        ClientOptions options) {
  const auto destination = parse_url(url);
  if (!destination) co_return Failure(destination.error());
  const Call call{std::move(method),  destination->target, destination->host_header(),
                  std::move(headers), std::move(body),     destination->name(),
                  kMostBody};
  auto work = fetch_now(loop, *destination, call, options);
  auto limited = within(options.timeout, std::move(work));
  auto response = co_await std::move(limited);
  if (!response) co_return Failure(timeout_sentence(*destination, options));
  co_return std::move(*response);
}

Task<ConnectResult> connect_websocket(Loop& loop, std::string url, Headers headers, WebSocketLimits limits,
                                      ClientOptions options) {
  const auto destination = parse_url(url);
  if (!destination) co_return ConnectResult(std::unexpect, ConnectError{destination.error(), 0});
  auto work = connect_now(loop, *destination, headers, limits, options);
  auto limited = within(options.timeout, std::move(work));
  auto socket = co_await std::move(limited);
  if (!socket) co_return ConnectResult(std::unexpect, ConnectError{timeout_sentence(*destination, options), 0});
  co_return std::move(*socket);
}

}  // namespace holdfast::http
