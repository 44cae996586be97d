#pragma once

#include <boost/asio/ssl/stream.hpp>
#include <memory>
#include <string>

#include "transport.hpp"

namespace holdfast::http {

// One source each: what Beast makes of a stream is the most expensive thing to compile here.
std::shared_ptr<WebSocketConnection> make_websocket(Socket socket, WebSocketLimits limits, std::string peer);
std::shared_ptr<WebSocketConnection> make_websocket(asio::ssl::stream<Socket> stream, WebSocketLimits limits,
                                                    std::string peer);

}  // namespace holdfast::http
