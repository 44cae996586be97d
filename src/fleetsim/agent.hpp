#pragma once

#include <memory>
#include <string>

#include "http/websocket/websocket.hpp"
#include "protocol/agent/messages.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/task.hpp"

namespace holdfast::fleetsim {

using runtime::Task;

// One simulated agent on an open connection: says hello, keeps its heartbeat, and does every job at once.
class SimulatedAgent {
 public:
  SimulatedAgent(http::WebSocket& socket, const runtime::Clock& clock, std::string name, std::size_t log_lines)
      : socket_(socket), clock_(clock), name_(std::move(name)), log_lines_(log_lines) {}

  void say_hello();
  void beat();
  // Handles one message of the hub.
  void receive(const protocol::HubMessage& message);

 private:
  void do_job(const protocol::CommandRun& command);
  void send(const protocol::AgentMessage& message) { socket_.send(protocol::encode(message)); }

  http::WebSocket& socket_;
  const runtime::Clock& clock_;
  std::string name_;
  std::size_t log_lines_;
};

}  // namespace holdfast::fleetsim
