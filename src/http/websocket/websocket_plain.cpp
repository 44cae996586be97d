#include "websocket/websocket_impl.hpp"
#include "websocket/websocket_make.hpp"

namespace holdfast::http {

std::shared_ptr<WebSocketConnection> make_websocket(Socket socket, WebSocketLimits limits, std::string peer) {
  return std::make_shared<WebSocketImpl<Socket>>(std::move(socket), limits, std::move(peer));
}

}  // namespace holdfast::http
