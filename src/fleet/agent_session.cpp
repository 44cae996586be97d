#include "fleet/agent_session.hpp"

#include <fmt/format.h>

#include "runtime/log.hpp"
#include "store/hosts.hpp"

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;
using protocol::CloseCode;

// Clocks that differ by less are left alone: the network takes its time, too.
constexpr core::milliseconds kClockTolerance = 2min;

store::HostFacts facts_of(const protocol::Hello& hello, const std::string& address) {
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

}  // namespace

AgentSession::~AgentSession() {
  parts_.agents.disconnected(identity_.host, link_);
}

Task<std::optional<AgentSession::Close>> AgentSession::receive(std::string_view text) {
  auto envelope = protocol::decode_agent_message(text);
  if (!envelope) co_return Close{CloseCode::Bad_message, envelope.error()};
  auto* hello = std::get_if<protocol::Hello>(&envelope->message);
  if (!greeted_ && !hello) co_return Close{CloseCode::Hello_missing, "the first message must be hello"};
  if (greeted_ && hello) co_return Close{CloseCode::Bad_message, "hello came twice"};
  parts_.agents.heard(identity_.host);
  co_return co_await std::visit(
      [this]<class Message>(Message& message) {
        if constexpr (std::is_constructible_v<Jobs::JobMessage, Message>) {
          return handle(Jobs::JobMessage(std::move(message)));
        } else {
          return handle(std::move(message));
        }
      },
      envelope->message);
}

Task<std::optional<AgentSession::Close>> AgentSession::handle(protocol::Hello hello) {
  if (hello.version < protocol::kMinimumVersion) {
    co_return Close{CloseCode::Version_too_old,
                    fmt::format("this agent speaks protocol {}, the hub needs {}: update holdfast-agent", hello.version,
                                protocol::kMinimumVersion)};
  }
  const auto ahead = std::chrono::duration_cast<core::milliseconds>(hello.time - parts_.clock.now());
  if (ahead > kClockTolerance || ahead < -kClockTolerance) {
    clock_offset_ = -ahead;
    runtime::log::warning("agent.clock", "The agent's clock is wrong, its times are corrected",
                          {{"host", identity_.host.text()}, {"ahead_seconds", ahead.count() / 1000}});
  }
  co_await save_facts(hello);
  co_await parts_.enrolment.bearer_used(identity_);
  co_await welcome(hello);
  co_return std::nullopt;
}

Task<> AgentSession::save_facts(const protocol::Hello& hello) {
  const auto facts = facts_of(hello, link_.peer());
  const auto save = [&, now = parts_.clock.now()](store::Transaction& tx) {
    store::set_host_facts(tx, identity_.host, facts);
    return parts_.agents.save_seen(tx, identity_.host, now);
  };
  const bool status_changed = co_await parts_.database.write(save);
  parts_.watch.tell(identity_.host, status_changed);
}

// A job made while the hub compares is either in the comparison or sent after it: the link counts as connected first,
// and what is sent twice the agent ignores.
Task<> AgentSession::welcome(const protocol::Hello& hello) {
  const auto find_host = [&](store::View& view) { return store::find_host(view, identity_.host); };
  const auto host = co_await parts_.database.read(find_host);
  auto reconciled = co_await parts_.jobs.reconcile(identity_.host, hello.jobs);
  link_.send(protocol::Welcome{identity_.host, host ? host->name : std::string(), std::move(reconciled.known),
                               std::move(reconciled.unknown), true});
  greeted_ = true;
  parts_.agents.connected(identity_.host, link_);
  const auto missed = co_await parts_.jobs.reconcile(identity_.host, hello.jobs);
  for (const auto& job : missed.to_send) co_await parts_.jobs.send(job);
  for (const auto& job : missed.to_cancel) link_.send(protocol::CommandCancel{job});
}

Task<std::optional<AgentSession::Close>> AgentSession::handle(protocol::Heartbeat) {
  link_.send(protocol::HeartbeatAck{parts_.clock.now()});
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

Task<std::optional<AgentSession::Close>> AgentSession::handle(Jobs::JobMessage message) {
  correct_clock(message);
  const auto ack = co_await parts_.jobs.record(identity_.host, std::move(message));
  if (!ack) co_return Close{CloseCode::Bad_message, ack.error().message};
  link_.send(*ack);
  co_return std::nullopt;
}

}  // namespace holdfast::fleet
