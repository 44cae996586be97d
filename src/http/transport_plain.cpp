#include "transport.hpp"
#include "websocket/websocket_make.hpp"

namespace holdfast::http {
namespace {

class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(Socket socket) : socket_(std::move(socket)) {}

  Task<std::optional<std::string>> open() override { co_return std::nullopt; }

  Task<> wait_readable() override { co_await socket_.async_wait(tcp::socket::wait_read, kAsTuple); }

  Task<std::size_t> read_some(asio::mutable_buffer into) override {
    const auto [error, count] = co_await socket_.async_read_some(into, kAsTuple);
    co_return count;
  }

  Task<std::size_t> write_some(Buffers buffers) override {
    const auto [error, count] = co_await socket_.async_write_some(buffers, kAsTuple);
    co_return count;
  }

  Task<> finish() override { return drain(socket_); }

  void abort() override {
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

  bool secure() const override { return false; }

  std::shared_ptr<WebSocketConnection> into_websocket(WebSocketLimits limits, std::string peer) override {
    return make_websocket(std::move(socket_), limits, std::move(peer));
  }

 private:
  Socket socket_;
};

constexpr std::size_t kMostDrained = 16 * 1024 * 1024;

}  // namespace

std::unique_ptr<Transport> plain_transport(Socket socket) {
  return std::make_unique<PlainTransport>(std::move(socket));
}

Task<> drain(Socket& socket) {
  boost::system::error_code ignored;
  socket.shutdown(tcp::socket::shutdown_send, ignored);
  std::array<char, 4096> unwanted;
  const auto into = asio::buffer(unwanted);
  for (std::size_t drained = 0; drained < kMostDrained;) {
    const auto [error, count] = co_await socket.async_read_some(into, kAsTuple);
    if (error) break;
    drained += count;
  }
  socket.close(ignored);
}

}  // namespace holdfast::http
