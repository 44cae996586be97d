#pragma once

#include <functional>
#include <memory>

#include "server/server_state.hpp"

namespace holdfast::http {

// Runs a handler on a WebSocket that has been accepted, as a task of the server.
void start_websocket(ServerState& state, std::shared_ptr<WebSocketConnection> socket,
                     std::function<Task<>(WebSocket&)> run);

}  // namespace holdfast::http
