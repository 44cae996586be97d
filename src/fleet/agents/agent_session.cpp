#include "fleet/agents/agent_session.hpp"

#include <fmt/format.h>

#include "runtime/log/log.hpp"
#include "store/hosts/hosts.hpp"
#include "store/sqlite/database.hpp"

// What came together is stored together and in its order: messages of jobs are gathered until something else comes.
// Around each await the bearer may end and jobs may be made, so the bearer is asked for again in the transaction
// that greets, and the agent's jobs are compared with the hub's before and after the agent counts as connected.
namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;
using protocol::CloseCode;

// Clocks that differ by less are left alone: the network takes its time, too.
constexpr core::milliseconds kClockTolerance = 2min;
// Longer than the other of two agents with one identity stays away.
constexpr auto kOtherAgentsPatience = 5min;

core::HostFacts facts_of(const protocol::Hello& hello, const std::string& address) {
  return {hello.hostname, hello.os, hello.arch, hello.kernel, hello.agent_version, hello.restic_version, address};
}

void shift(protocol::JobWaiting&, core::milliseconds) {}
void shift(protocol::JobStarted& message, core::milliseconds offset) {
  message.at += offset;
}
void shift(protocol::JobProgressed& message, core::milliseconds offset) {
  message.progress.at += offset;
}
void shift(protocol::JobFinished& message, core::milliseconds offset) {
  message.at += offset;
}
void shift(protocol::LogStream& message, core::milliseconds offset) {
  for (auto& line : message.lines) line.time += offset;
}

// The message as one of a job, if it is one.
std::optional<Jobs::JobMessage> as_job_message(protocol::AgentMessage& message) {
  return std::visit(
      []<class Message>(Message& alternative) -> std::optional<Jobs::JobMessage> {
        if constexpr (std::is_constructible_v<Jobs::JobMessage, Message>) {
          return Jobs::JobMessage(std::move(alternative));
        } else {
          return std::nullopt;
        }
      },
      message);
}

}  // namespace

AgentSession::AgentSession(Parts parts, AgentIdentity identity, AgentLink& link)
    : parts_(parts), identity_(std::move(identity)), link_(link) {
  parts_.agents.opened(identity_, link_);
}

AgentSession::~AgentSession() {
  parts_.agents.closed(identity_.host, link_);
  if (!parts_.agents.is_connected(identity_.host)) parts_.schedules.ended(identity_.host);
}

Task<std::optional<AgentSession::Close>> AgentSession::receive(std::vector<std::string> texts) {
  parts_.agents.heard(identity_.host);
  std::vector<Jobs::JobMessage> of_jobs;
  for (const auto& text : texts) {
    auto envelope = protocol::decode_agent_message(text);
    if (!envelope) co_return Close{CloseCode::Bad_message, envelope.error()};
    if (auto close = out_of_turn(envelope->message)) co_return close;
    if (auto of_job = as_job_message(envelope->message)) {
      of_jobs.push_back(*std::move(of_job));
      continue;
    }
    if (auto close = co_await record(std::exchange(of_jobs, {}))) co_return close;
    if (auto close = co_await handle_any(std::move(envelope->message))) co_return close;
  }
  co_return co_await record(std::move(of_jobs));
}

std::optional<AgentSession::Close> AgentSession::out_of_turn(const protocol::AgentMessage& message) const {
  const bool is_hello = std::holds_alternative<protocol::Hello>(message);
  if (!greeted_ && !is_hello) return Close{CloseCode::Hello_missing, "the first message must be hello"};
  if (greeted_ && is_hello) return Close{CloseCode::Bad_message, "hello came twice"};
  return std::nullopt;
}

Task<std::optional<AgentSession::Close>> AgentSession::handle_any(protocol::AgentMessage message) {
  if (auto* hello = std::get_if<protocol::Hello>(&message)) co_return co_await handle(std::move(*hello));
  if (auto* report = std::get_if<protocol::ReportSend>(&message)) co_return co_await handle(std::move(*report));
  if (auto* checked = std::get_if<protocol::RepositoryChecked>(&message)) {
    parts_.checks.record(identity_.host, std::move(*checked));
    co_return std::nullopt;
  }
  if (auto* ack = std::get_if<protocol::ScheduleAck>(&message)) co_return co_await handle(*ack);
  if (auto* fire = std::get_if<protocol::ScheduleFire>(&message)) co_return co_await handle(std::move(*fire));
  co_return co_await handle(std::get<protocol::Heartbeat>(message));
}

Task<std::optional<AgentSession::Close>> AgentSession::handle(protocol::Hello hello) {
  if (hello.version < protocol::kMinimumVersion) {
    co_return Close{CloseCode::Version_too_old,
                    fmt::format("this agent speaks protocol {}, the hub needs {}: update holdfast-agent", hello.version,
                                protocol::kMinimumVersion)};
  }
  link_.speak(hello.version);
  if (parts_.agents.must_wait(identity_.host))
    co_return Close{CloseCode::Replaced, "another agent is connected with the identity of this host"};
  compare_clocks(hello.time);
  auto greeting = co_await greet(hello);
  if (greeting.bearer == BearerStanding::Ended)
    co_return Close{CloseCode::Revoked, "the agent token was revoked or replaced, or the host was removed"};
  if (greeting.bearer == BearerStanding::Good)
    parts_.agents.end(identity_.host, identity_.token_hash, "another agent token of this host is in use");
  parts_.watch.tell(identity_.host, greeting.status_changed);
  co_await welcome(hello, std::move(greeting.host_name));
  // What it lost on its way when it asked last.
  if (greeting.bearer == BearerStanding::Ending) link_.send(protocol::CredentialsRotate{});
  co_return std::nullopt;
}

// The bearer was good when the connection was accepted. Here it is asked for again, in the transaction that greets.
Task<AgentSession::Greeting> AgentSession::greet(const protocol::Hello& hello) {
  const auto facts = facts_of(hello, link_.peer());
  const auto save = [&, now = parts_.clock.now()](store::Transaction& tx) {
    Greeting greeting{settle_bearer(tx, identity_, now), {}, false};
    if (greeting.bearer == BearerStanding::Ended) return greeting;
    store::set_host_facts(tx, identity_.host, facts);
    greeting.status_changed = parts_.agents.save_seen(tx, identity_.host, now);
    greeting.host_name = store::find_host(tx, identity_.host).value_or(core::Host()).name;
    return greeting;
  };
  co_return co_await parts_.database.write(save);
}

// At each sign of life: the agent's clock may be put right, or jump, at any time.
void AgentSession::compare_clocks(core::Time agents_time) {
  const auto behind = std::chrono::duration_cast<core::milliseconds>(parts_.clock.now() - agents_time);
  const auto offset = std::chrono::abs(behind) > kClockTolerance ? behind : 0ms;
  if (std::chrono::abs(offset - clock_offset_) > kClockTolerance) {
    runtime::log::warning("agent.clock", "The agent's clock differs from the hub's, its times are corrected",
                          {{"host", identity_.host.text()}, {"ahead_seconds", -offset.count() / 1000}});
  }
  clock_offset_ = offset;
}

// A job made while the hub compares is either in the comparison or sent after it: the link counts as connected first,
// and what is sent twice the agent ignores.
Task<> AgentSession::welcome(const protocol::Hello& hello, std::string host_name) {
  const bool takes_over = parts_.agents.is_connected(identity_.host);
  // First: the agent may have begun these jobs, and drops what the hub does not know.
  std::vector<protocol::ScheduleFired> fired;
  for (const auto& due : hello.fires) fired.push_back(co_await fire(due));
  auto reconciled = co_await parts_.jobs.reconcile(identity_.host, hello.jobs);
  link_.send(protocol::Welcome{identity_.host, std::move(host_name), std::move(reconciled.known),
                               std::move(reconciled.unknown), true});
  greeted_ = true;
  parts_.checks.greeted(identity_.host, hello.checks);
  parts_.agents.connected(identity_.host, link_);
  for (auto& answer : fired) link_.send(std::move(answer));
  const auto missed = co_await parts_.jobs.reconcile(identity_.host, hello.jobs);
  for (const auto& job : missed.to_send) co_await parts_.jobs.send(identity_.host, job);
  for (const auto& job : missed.to_cancel) link_.send(protocol::CommandCancel{job});
  // An agent that has more jobs than a hello may tell of has not lost those that it does not name.
  if (hello.jobs.size() < protocol::kMaxHelloJobs) missing_ = std::move(reconciled.missing);
  missing_since_ = parts_.clock.steady();
  const bool knows_schedules = hello.version >= protocol::kVersionOfSchedules;
  co_await parts_.schedules.greeted(identity_.host,
                                    knows_schedules ? std::optional(hello.schedule_version) : std::nullopt);
  if (!takes_over && !parts_.agents.is_contested(identity_.host)) co_await give_up_missing_jobs();
}

// Where two agents have the identity of one host, a job that the one does not know is the other's: that one comes back.
Task<> AgentSession::give_up_missing_jobs() {
  return parts_.jobs.give_up(identity_.host, std::exchange(missing_, {}));
}

Task<std::optional<AgentSession::Close>> AgentSession::handle(protocol::Heartbeat heartbeat) {
  compare_clocks(heartbeat.time);
  if (parts_.clock.steady() - missing_since_ >= kOtherAgentsPatience) co_await give_up_missing_jobs();
  link_.send(protocol::HeartbeatAck{parts_.clock.now()});
  co_return std::nullopt;
}

Task<std::optional<AgentSession::Close>> AgentSession::handle(protocol::ScheduleAck ack) {
  co_await parts_.schedules.acknowledge(identity_.host, ack.version);
  co_return std::nullopt;
}

Task<protocol::ScheduleFired> AgentSession::fire(protocol::ScheduleFire due) {
  due.made_at += clock_offset_;
  co_return co_await parts_.schedules.fire(identity_.host, std::move(due));
}

Task<std::optional<AgentSession::Close>> AgentSession::handle(protocol::ScheduleFire due) {
  auto fired = co_await fire(std::move(due));
  link_.send(std::move(fired));
  co_return std::nullopt;
}

// One that the hub cannot take is acknowledged, too: the agent would send it for ever.
Task<std::optional<AgentSession::Close>> AgentSession::handle(protocol::ReportSend report) {
  const auto received =
      co_await parts_.reports.receive_from_agent(identity_.host, std::move(report.document), clock_offset_);
  if (!received) {
    runtime::log::warning("agent.report_refused", "A report of an agent was refused",
                          {{"host", identity_.host.text()}, {"reason", received.error().message}});
  }
  link_.send(protocol::ReportAck{report.id});
  co_return std::nullopt;
}

void AgentSession::correct_clock(Jobs::JobMessage& message) const {
  if (clock_offset_ == 0ms) return;
  std::visit([this](auto& alternative) { shift(alternative, clock_offset_); }, message);
}

// Each job is told up to where it is durable, once however much was told of it.
Task<std::optional<AgentSession::Close>> AgentSession::record(std::vector<Jobs::JobMessage> messages) {
  if (messages.empty()) co_return std::nullopt;
  for (auto& message : messages) correct_clock(message);
  const auto recorded = co_await parts_.jobs.record(identity_.host, std::move(messages));
  for (const auto& ack : recorded.acks) link_.send(ack);
  if (recorded.refusal) co_return Close{CloseCode::Bad_message, *recorded.refusal};
  co_return std::nullopt;
}

}  // namespace holdfast::fleet
