#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "byte_stream.hpp"
#include "http/server/server.hpp"
#include "http/websocket/websocket.hpp"
#include "websocket/websocket_connection.hpp"

namespace holdfast::http {

using asio::ip::tcp;
using Socket = asio::basic_stream_socket<tcp, Executor>;

// A connection over TCP, with TLS or without.
class Transport : public ByteStream {
 public:
  // Makes it ready, which takes a handshake with TLS. Gives the reason when that failed.
  virtual Task<std::optional<std::string>> open() = 0;
  // Returns once there is something to read, or at once where that cannot be known.
  virtual Task<> wait_readable() = 0;
  // Ends the connection such that what was written arrives: waits until the other side has ended it too.
  virtual Task<> finish() = 0;
  // Ends it at once, and with it whatever waits above. Safe at any time on the loop.
  virtual void abort() = 0;

  virtual bool secure() const = 0;
  // Goes on as a WebSocket; this object is not to be used afterwards.
  virtual std::shared_ptr<WebSocketConnection> into_websocket(WebSocketLimits limits, std::string peer) = 0;
};

std::unique_ptr<Transport> plain_transport(Socket socket);
std::unique_ptr<Transport> tls_server_transport(Socket socket, asio::ssl::context& context);
// Checks that the other side is `host`, a name or an address.
std::unique_ptr<Transport> tls_client_transport(Socket socket, asio::ssl::context& context, const std::string& host);

// These throw std::runtime_error with a sentence about the file that cannot be used.
asio::ssl::context server_tls(const TlsFiles& files);
asio::ssl::context client_tls(const std::optional<std::filesystem::path>& ca_file);

// Ends the sending half and reads until the other side has ended its own. Closing with unread bytes would instead
// reset the connection, and what we wrote last could be lost on the way.
Task<> drain(Socket& socket);

}  // namespace holdfast::http
