#include "agent.hpp"

#include <fmt/format.h>

#include "runtime/secrets/crypto.hpp"

namespace holdfast::fleetsim {
namespace {

core::JobResult success() {
  core::JobResult result;
  result.state = core::JobState::Succeeded;
  result.exit_code = 0;
  result.restic_version = "0.0.0";
  core::BackupSummary summary;
  summary.snapshot_id = runtime::to_hex(runtime::random_bytes(32));
  summary.files_new = 3;
  summary.files_processed = 3;
  summary.bytes_added = 4096;
  summary.bytes_processed = 1 << 20;
  summary.duration_seconds = 1;
  result.outcome = core::BackupOutcome{std::move(summary)};
  return result;
}

core::JobProgress halfway(core::Time now) {
  core::JobProgress progress;
  progress.fraction = 0.5;
  progress.bytes_done = 1 << 19;
  progress.bytes_total = 1 << 20;
  progress.files_done = 1;
  progress.files_total = 3;
  progress.at = now;
  return progress;
}

}  // namespace

void SimulatedAgent::say_hello() {
  protocol::Hello hello;
  hello.agent_version = "simulated";
  hello.hostname = name_;
  hello.os = "Simulated";
  hello.arch = "none";
  hello.restic_version = "0.0.0";
  hello.checks = false;
  hello.time = clock_.now();
  send(hello);
}

void SimulatedAgent::beat() {
  send(protocol::Heartbeat{clock_.now()});
}

void SimulatedAgent::receive(const protocol::HubMessage& message) {
  if (const auto* command = std::get_if<protocol::CommandRun>(&message)) do_job(*command);
}

void SimulatedAgent::do_job(const protocol::CommandRun& command) {
  const auto now = clock_.now();
  std::uint64_t sequence = 0;
  send(protocol::JobStarted{command.job, ++sequence, now});
  protocol::LogStream log{command.job, {}};
  for (std::size_t i = 0; i < log_lines_; ++i) {
    log.lines.push_back({++sequence, now, core::LogLevel::Info, fmt::format("simulated line {}", i + 1)});
  }
  if (!log.lines.empty()) send(log);
  send(protocol::JobProgressed{command.job, ++sequence, halfway(now)});
  send(protocol::JobFinished{command.job, ++sequence, now, success()});
}

}  // namespace holdfast::fleetsim
