#include <boost/beast/websocket/ssl.hpp>

#include "websocket/websocket_impl.hpp"
#include "websocket/websocket_make.hpp"

namespace holdfast::http {

std::shared_ptr<WebSocketConnection> make_websocket(asio::ssl::stream<Socket> stream, WebSocketLimits limits,
                                                    std::string peer) {
  return std::make_shared<WebSocketImpl<asio::ssl::stream<Socket>>>(std::move(stream), limits, std::move(peer));
}

}  // namespace holdfast::http
