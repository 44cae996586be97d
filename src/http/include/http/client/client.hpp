#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/message.hpp"
#include "http/websocket/websocket.hpp"
#include "runtime/async/task.hpp"

namespace holdfast::http {

struct ClientOptions {
  std::chrono::seconds timeout{30};              // for connecting, and for a whole request
  std::optional<std::filesystem::path> ca_file;  // PEM roots instead of the system's
};

// One request over http:// or https:// (certificate and name are verified), on a connection of its own. The error is a
// sentence: "cannot connect to hub.example:8443: Connection refused". Bodies over 4 MiB are an error.
runtime::Task<std::expected<Response, std::string>> fetch(runtime::Loop& loop, std::string method, std::string url,
                                                          Headers headers, std::string body,
                                                          ClientOptions options = {});

// Opens a WebSocket at a ws://, wss://, http:// or https:// address. The error carries the HTTP status when the server
// answered the upgrade with something else.
struct ConnectError {
  std::string message;
  int status = 0;
};
runtime::Task<std::expected<std::unique_ptr<WebSocket>, ConnectError>> connect_websocket(
    runtime::Loop& loop, std::string url, Headers headers, WebSocketLimits limits, ClientOptions options = {});

}  // namespace holdfast::http
