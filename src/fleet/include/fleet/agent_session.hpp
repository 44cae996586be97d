#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/agents.hpp"
#include "fleet/enrolment.hpp"
#include "fleet/jobs.hpp"
#include "fleet/reports.hpp"
#include "fleet/watch.hpp"
#include "protocol/messages.hpp"

namespace holdfast::fleet {

// What the hub does with the messages of one connected agent, from its bearer to its end. `web` feeds it the messages
// and ends the connection when it says so. Lives on the loop's thread.
class AgentSession {
 public:
  struct Parts {
    store::Database& database;
    const runtime::Clock& clock;
    Agents& agents;
    Enrolment& enrolment;
    Jobs& jobs;
    Reports& reports;
    Watch& watch;
  };
  // Why the connection ends.
  struct Close {
    protocol::CloseCode code;
    std::string reason;
  };

  AgentSession(Parts parts, AgentIdentity identity, AgentLink& link)
      : parts_(parts), identity_(std::move(identity)), link_(link) {}
  ~AgentSession();
  AgentSession(const AgentSession&) = delete;
  AgentSession& operator=(const AgentSession&) = delete;

  bool greeted() const { return greeted_; }
  // Handles one message as it came; nothing when all is well.
  Task<std::optional<Close>> receive(std::string_view text);

 private:
  Task<std::optional<Close>> handle(protocol::Hello hello);
  Task<std::optional<Close>> handle(protocol::Heartbeat heartbeat);
  Task<std::optional<Close>> handle(Jobs::JobMessage message);
  Task<std::optional<Close>> handle(protocol::ReportSend report);
  Task<> save_facts(const protocol::Hello& hello);
  Task<> welcome(const protocol::Hello& hello);
  void correct_clock(Jobs::JobMessage& message) const;

  Parts parts_;
  AgentIdentity identity_;
  AgentLink& link_;
  bool greeted_ = false;
  core::milliseconds clock_offset_{0};  // what is added to the agent's times
};

}  // namespace holdfast::fleet
