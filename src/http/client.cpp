#include "http/client.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "dial.hpp"
#include "text.hpp"

namespace holdfast::http {
namespace {

namespace beast = boost::beast;
using Parser = beast::http::response_parser<beast::http::string_body>;
using Failure = std::unexpected<std::string>;
using FetchResult = std::expected<Response, std::string>;
using ConnectResult = std::expected<std::unique_ptr<WebSocket>, ConnectError>;

constexpr std::size_t kMostBody = 4 * 1024 * 1024;
constexpr std::size_t kReadSize = 16 * 1024;

struct Call {
  std::string method;
  Headers headers;
  std::string body;
};

std::string request_head(const Destination& destination, const Call& call) {
  std::string head =
      call.method + " " + destination.target + " HTTP/1.1\r\nHost: " + destination.host_header() + "\r\n";
  for (const auto& [name, value] : call.headers) head.append(name).append(": ").append(value).append("\r\n");
  const bool has_body = !call.body.empty() || (call.method != "GET" && call.method != "HEAD");
  if (has_body) head.append("Content-Length: ").append(std::to_string(call.body.size())).append("\r\n");
  return head.append("Connection: close\r\n\r\n");
}

Task<bool> write_request(Transport& transport, const Destination& destination, const Call& call) {
  const std::string head = request_head(destination, call);
  const std::string_view parts[] = {head, call.body};
  for (std::string_view rest : parts) {
    while (!rest.empty()) {
      const Buffers buffers{asio::buffer(rest)};
      const auto count = co_await transport.write_some(buffers);
      if (count == 0) co_return false;
      rest.remove_prefix(count);
    }
  }
  co_return true;
}

// Reads on and lets the parser have it.
Task<beast::error_code> put_more(Transport& transport, beast::flat_buffer& buffer, Parser& parser) {
  beast::error_code error = beast::http::error::need_more;
  if (buffer.size() > 0) buffer.consume(parser.put(buffer.data(), error));
  if (error != beast::http::error::need_more && (error || parser.is_done())) co_return error;
  const auto space = buffer.prepare(kReadSize);
  const auto count = co_await transport.read_some(space);
  buffer.commit(count);
  if (count > 0) co_return beast::error_code();
  error = beast::http::error::partial_message;
  if (parser.got_some()) parser.put_eof(error);
  co_return error;
}

Response to_response(Parser& parser) {
  auto& message = parser.get();
  Response response;
  response.status = static_cast<int>(message.result_int());
  for (const auto& field : message) response.headers.add(std::string(field.name_string()), std::string(field.value()));
  response.body = std::move(message.body());
  return response;
}

std::string sentence_for(const Destination& destination, const beast::error_code& error) {
  if (error == beast::http::error::body_limit) return "the answer of " + destination.name() + " is too large";
  if (error == beast::http::error::partial_message) {
    return "the connection to " + destination.name() + " ended before the answer did";
  }
  return destination.name() + " does not answer in HTTP: " + error.message();
}

Task<FetchResult> read_response(Transport& transport, const Destination& destination, bool has_body) {
  beast::flat_buffer buffer;
  for (;;) {
    Parser parser;
    parser.body_limit(kMostBody);
    parser.eager(true);
    parser.skip(!has_body);
    while (!parser.is_done()) {
      const auto error = co_await put_more(transport, buffer, parser);
      if (error) co_return Failure(sentence_for(destination, error));
    }
    const bool is_interim = parser.get().result_int() / 100 == 1;
    if (!is_interim) co_return to_response(parser);
  }
}

Task<FetchResult> fetch_now(Loop& loop, const Destination& destination, const Call& call,
                            const ClientOptions& options) {
  const auto transport = co_await dial(loop, destination, options);
  if (!transport) co_return Failure(transport.error());
  // A server may refuse before it has read everything; its answer counts even when writing failed.
  co_await write_request(**transport, destination, call);
  auto response = co_await read_response(**transport, destination, call.method != "HEAD");
  (*transport)->abort();
  co_return response;
}

// The client's end of a WebSocket. Whoever drops it ends the connection.
class ClientWebSocket final : public WebSocket {
 public:
  explicit ClientWebSocket(std::shared_ptr<WebSocketConnection> connection) : connection_(std::move(connection)) {}
  ~ClientWebSocket() override { connection_->abort(); }

  Task<std::expected<std::string, std::string>> receive() override { return connection_->receive(); }
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

// What `work` gives, or nothing when it took longer than `limit`. Throws when the caller was cancelled: by then `work`
// may have made a sentence of it.
template <class T>
Task<std::optional<T>> within(std::chrono::seconds limit, Task<T> work) {
  using namespace asio::experimental::awaitable_operators;
  auto first = std::move(work) || runtime::sleep_for(limit);
  try {
    auto outcome = co_await std::move(first);
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    const bool cancelled = cancellation.cancelled() != asio::cancellation_type::none;
    if (cancelled) throw boost::system::system_error(asio::error::operation_aborted);
    if (outcome.index() == 1) co_return std::nullopt;
    co_return std::move(std::get<0>(outcome));
  } catch (const asio::multiple_exceptions& both) {
    std::rethrow_exception(both.first_exception());
  }
}

}  // namespace

Task<FetchResult> fetch(Loop& loop, std::string method, std::string url, Headers headers, std::string body,
                        ClientOptions options) {
  const auto destination = parse_url(url);
  if (!destination) co_return Failure(destination.error());
  const Call call{std::move(method), std::move(headers), std::move(body)};
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
