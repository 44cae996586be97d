#pragma once

#include <expected>
#include <memory>
#include <string>

#include "http/message.hpp"
#include "http/websocket/websocket.hpp"

namespace holdfast::http {

struct Handshake {
  std::string host;    // with the port where it is not the usual one
  std::string target;  // "/ws/agent"
  Headers headers;     // sent besides the usual ones
};

// A WebSocket with what only our server and our client may do to it.
class WebSocketConnection : public WebSocket {
 public:
  // Answers the upgrade that `request` asks for, with more headers; false when the connection has ended.
  virtual runtime::Task<bool> accept(const Request& request, const Headers& headers) = 0;
  // Asks for the upgrade. The error is the status that came instead of 101, or 0 with a reason.
  struct Refused {
    int status;
    std::string reason;
  };
  virtual runtime::Task<std::expected<void, Refused>> handshake(const Handshake& handshake) = 0;
  // Ends the connection without a close frame.
  virtual void abort() = 0;
};

}  // namespace holdfast::http
