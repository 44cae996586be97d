#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/agents/agents.hpp"
#include "fleet/enrolment/enrolment.hpp"
#include "fleet/jobs/jobs.hpp"
#include "fleet/live/watch.hpp"
#include "fleet/reports/reports.hpp"
#include "fleet/repositories/repository_checks.hpp"
#include "fleet/schedules/schedule_sets.hpp"
#include "fleet/store.hpp"
#include "protocol/agent/messages.hpp"

namespace holdfast::fleet {

// What the hub does with the messages of one connected agent, from its bearer to its end. `web` feeds it the messages
// and ends the connection when it says so. Lives on the loop's thread, as does `link`, which outlives it.
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
    RepositoryChecks& checks;
    ScheduleSets& schedules;
  };
  // Why the connection ends.
  struct Close {
    protocol::CloseCode code;
    std::string reason;
  };

  AgentSession(Parts parts, AgentIdentity identity, AgentLink& link);
  ~AgentSession();
  AgentSession(const AgentSession&) = delete;
  AgentSession& operator=(const AgentSession&) = delete;

  bool greeted() const { return greeted_; }
  // Handles messages in the order in which they came; nothing when all is well. What jobs tell in one call is stored
  // together.
  Task<std::optional<Close>> receive(std::vector<std::string> texts);

 private:
  // What the transaction of a hello found.
  struct Greeting {
    BearerStanding bearer = BearerStanding::Ended;
    std::string host_name;
    bool status_changed = false;
  };
  std::optional<Close> out_of_turn(const protocol::AgentMessage& message) const;
  Task<std::optional<Close>> handle_any(protocol::AgentMessage message);
  Task<std::optional<Close>> handle(protocol::Hello hello);
  Task<std::optional<Close>> handle(protocol::Heartbeat heartbeat);
  Task<std::optional<Close>> handle(protocol::ReportSend report);
  Task<std::optional<Close>> handle(protocol::ScheduleAck ack);
  Task<std::optional<Close>> handle(protocol::ScheduleFire fire);
  Task<protocol::ScheduleFired> fire(protocol::ScheduleFire due);
  Task<std::optional<Close>> record(std::vector<Jobs::JobMessage> messages);
  Task<Greeting> greet(const protocol::Hello& hello);
  Task<> welcome(const protocol::Hello& hello, std::string host_name);
  Task<> give_up_missing_jobs();
  void compare_clocks(core::Time agents_time);
  void correct_clock(Jobs::JobMessage& message) const;

  Parts parts_;
  AgentIdentity identity_;
  AgentLink& link_;
  bool greeted_ = false;
  core::milliseconds clock_offset_{0};  // what is added to the agent's times
  std::vector<core::JobId> missing_;    // jobs that had begun and that this agent does not know
  std::chrono::steady_clock::time_point missing_since_;
};

}  // namespace holdfast::fleet
