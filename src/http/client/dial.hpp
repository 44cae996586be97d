#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "http/client/client.hpp"
#include "transport.hpp"

namespace holdfast::http {

// Where a request goes.
struct Destination {
  bool tls = false;
  std::string host;  // without brackets
  std::uint16_t port = 0;
  std::string target;  // "/path?query"

  std::string name() const;         // "hub.example:8443", for messages
  std::string host_header() const;  // the same without the port where it is the usual one
};

// Takes http, https, ws and wss. The error is a sentence.
std::expected<Destination, std::string> parse_url(const std::string& url);

// Connects to the first of the addresses that answers. Each has a quarter of a second before the next one is tried
// beside it (RFC 8305): one that swallows what is sent to it does not use up the caller's time.
Task<boost::system::error_code> connect_any(Loop& loop, std::vector<tcp::endpoint> addresses, Socket& socket);

// Connects, with TLS where the destination wants it. The error is a sentence.
Task<std::expected<std::unique_ptr<Transport>, std::string>> dial(Loop& loop, const Destination& destination,
                                                                  const ClientOptions& options);

}  // namespace holdfast::http
