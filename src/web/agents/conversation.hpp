#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fleet/agents/agent_session.hpp"
#include "http/websocket/websocket.hpp"
#include "runtime/async/task.hpp"

namespace holdfast::web {

// One agent's WebSocket, from its acceptance to its end. It is read while what came before is being stored, so that
// what arrives meanwhile is stored together: a slow disk delays an agent once and not for each message.
class AgentConversation final : fleet::AgentLink {
 public:
  AgentConversation(runtime::Loop& loop, const fleet::AgentSession::Parts& parts, fleet::AgentIdentity identity,
                    http::WebSocket& socket, std::chrono::milliseconds hello_limit = std::chrono::seconds(10));
  runtime::Task<> run();

 private:
  bool send(const protocol::HubMessage& message) override;
  void speak(int version) override { version_ = version; }
  void close(protocol::CloseCode code, std::string_view reason) override;
  const std::string& peer() const override { return socket_.peer(); }

  runtime::Task<> read();
  runtime::Task<> handle();
  runtime::Task<> handle_all_that_waits();
  void await_hello();
  void stop_waiting_for_hello();
  void take(std::string message);
  bool is_full() const;
  bool answered_its_replacement() const;

  using Timer =
      runtime::asio::basic_waitable_timer<std::chrono::steady_clock,
                                          runtime::asio::wait_traits<std::chrono::steady_clock>, runtime::Executor>;

  fleet::Agents& agents_;
  core::HostId host_;
  http::WebSocket& socket_;
  int version_ = protocol::kVersion;
  fleet::AgentSession session_;
  std::vector<std::string> waiting_;  // messages that nobody has handled yet
  std::size_t waiting_bytes_ = 0;
  bool closed_ = false;
  std::optional<std::chrono::steady_clock::time_point> replaced_at_;
  bool busy_ = false;        // somebody handles what waits
  runtime::Signal handled_;  // there is room again
  // Outlives this: the timer may fire in the same turn of the loop in which it is cancelled.
  std::shared_ptr<bool> heard_ = std::make_shared<bool>(false);
  std::chrono::milliseconds hello_limit_;
  Timer silence_;
  runtime::TaskGroup handling_;
};

}  // namespace holdfast::web
