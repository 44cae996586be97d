#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/server/router.hpp"
#include "runtime/async/task.hpp"

namespace holdfast::http {

struct TlsFiles {
  std::filesystem::path certificate;  // PEM, with the chain
  std::filesystem::path key;          // PEM
};

struct ServerOptions {
  std::string address = "127.0.0.1";           // empty: all, of both families where there are both
  std::uint16_t port = 0;                      // 0: the system chooses
  std::optional<TlsFiles> tls = std::nullopt;  // without: plain HTTP
  std::vector<std::string> trusted_proxies{};  // addresses or CIDR blocks whose X-Forwarded-For and -Proto count
  std::chrono::seconds idle_timeout{60};       // between requests on a kept connection
  std::chrono::seconds request_timeout{30};    // from the first byte of a request to its last
  std::size_t max_connections = 20000;
  std::size_t max_header_bytes = 16 * 1024;
  std::chrono::seconds websocket_silence{90};
  std::size_t websocket_max_message = 1024 * 1024;
};

// What is wrong with an entry of trusted_proxies, as a sentence that follows its name.
std::expected<void, std::string> check_trusted_proxy(std::string_view text);

// What Server would refuse by std::runtime_error (std::system_error is one) with a sentence, before it is made: files
// of TLS that cannot be used or do not belong together; an address that cannot be taken.
void check_tls(const TlsFiles& files);
void check_address(runtime::Loop& loop, const ServerOptions& options);

// An HTTP/1.1 server on one event loop: keep-alive, chunked answers, WebSockets, TLS 1.2 and newer. A session that
// fails ends itself, never the server. Each request is logged at debug level without its query and headers.
class Server {
 public:
  // Binds and listens; throws std::system_error or std::runtime_error with a sentence when it cannot (address in use,
  // bad certificate). The router must outlive it and no longer change.
  Server(runtime::Loop& loop, Router& router, ServerOptions options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  // Starts accepting.
  void start();
  // Stops accepting, lets running requests end for at most `grace`, ends streams and WebSockets (code 1001), and
  // returns when all sessions are gone.
  Task<> stop(std::chrono::milliseconds grace);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::http
