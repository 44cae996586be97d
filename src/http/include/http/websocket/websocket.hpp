#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/async/task.hpp"

namespace holdfast::http {

// Why there are no more messages.
struct WebSocketEnd {
  std::string reason;      // for logs: "closed by the other side: 4002 …", "nothing heard for 90 s"
  std::uint16_t code = 0;  // of the other side's close frame; 0: it did not end by one
};

// One WebSocket of text messages, either end. One reader; send() from anywhere on the loop.
class WebSocket {
 public:
  virtual ~WebSocket() = default;

  // The next text message, or why there is none. After an error the socket is closed.
  virtual runtime::Task<std::expected<std::string, WebSocketEnd>> receive() = 0;

  // Queues a message; they leave in order. False once closed, or when more than 8 MiB wait (the socket is then closed:
  // the other side is too slow).
  virtual bool send(std::shared_ptr<const std::string> message) = 0;
  bool send(std::string message) { return send(std::make_shared<const std::string>(std::move(message))); }

  // Bytes that wait to be sent.
  virtual std::size_t unsent() const = 0;

  // Sends what waits, then a close frame with `code` (RFC 6455; 4000 to 4999 are ours) and a reason of at most 123
  // bytes, and ends receive(). Safe to call twice and from anywhere on the loop.
  virtual void close(std::uint16_t code, std::string_view reason) = 0;

  // Address of the other side, as in Request::peer.
  virtual const std::string& peer() const = 0;
};

struct WebSocketLimits {
  std::size_t max_message = 1024 * 1024;
  std::chrono::seconds silence{90};  // receive() fails when not even a ping arrived for that long
};

}  // namespace holdfast::http
