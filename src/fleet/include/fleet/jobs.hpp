#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "fleet/actor.hpp"
#include "fleet/agents.hpp"
#include "fleet/live.hpp"
#include "fleet/throughput.hpp"
#include "fleet/watch.hpp"
#include "protocol/messages.hpp"
#include "runtime/clock.hpp"
#include "runtime/crypto.hpp"
#include "store/database.hpp"
#include "store/jobs.hpp"

// The life of a job on the hub's side: asked for, sent to the agent, told by the agent, final.
namespace holdfast::fleet {

using runtime::Task;

struct JobRequest {
  core::Operation operation = core::Operation::Backup;
  std::optional<core::RepositoryId> repository;     // without: the host's first
  std::optional<core::SourceGroupId> source_group;  // without: the host's first
  bool initialise = false;                          // make the repository if it is missing
};

// Lives on the loop's thread.
class Jobs {
 public:
  Jobs(store::Database& database, const runtime::Clock& clock, const runtime::SecretBox& secrets, Agents& agents,
       Live& live, Watch& watch)
      : database_(database), clock_(clock), secrets_(secrets), agents_(agents), live_(live), watch_(watch) {}

  // Makes the job and sends it, now or when the agent is back. Conflict when the host has nothing to back up or nowhere
  // to.
  Task<core::Result<store::Job>> start(core::HostId host, JobRequest request, Actor actor);
  // Asks the agent to stop it; the job is final when the agent says so. Conflict when it has ended.
  Task<core::Result<store::Job>> cancel(core::JobId job, Actor actor);

  // --- for pages and the API ---

  Task<std::vector<store::Job>> list(store::JobFilter filter);
  Task<std::optional<store::Job>> find(core::JobId job);
  Task<std::size_t> count_unfinished();
  // Lines after `after`, in order.
  Task<std::vector<core::LogLine>> log(core::JobId job, std::uint64_t after, std::size_t limit);
  struct LogTail {
    std::vector<core::LogLine> lines;  // the last ones, in order
    std::size_t total = 0;
  };
  Task<LogTail> log_tail(core::JobId job, std::size_t limit);
  // How fast a running job has been since this hub runs; empty for any other job.
  Throughput throughput(const core::JobId& job) const { return throughputs_.of(job); }

  // --- for the session of one agent ---

  // What the hub knows of the jobs that the agent and the hub think are unfinished, and what becomes of those that only
  // the hub knows: never sent → in `to_send`; begun → failed, because the agent has lost it.
  struct Reconciled {
    std::vector<protocol::JobAck> known;
    std::vector<core::JobId> unknown;
    std::vector<core::JobId> to_send;
    std::vector<core::JobId> to_cancel;
  };
  Task<Reconciled> reconcile(core::HostId host, std::vector<protocol::JobPosition> positions);
  // Sends the job to its agent; a job that cannot be sent (its secrets do not open) becomes failed.
  Task<> send(core::JobId job);

  using JobMessage = std::variant<protocol::JobWaiting, protocol::JobStarted, protocol::JobProgressed,
                                  protocol::LogStream, protocol::JobFinished>;
  // Stores a message of a job, once however often it comes. Answers up to where all is durable; the error ends the
  // connection (gap in the sequence, a job of somebody else).
  Task<core::Result<protocol::JobAck>> record(core::HostId host, JobMessage message);

 private:
  core::Result<protocol::CommandRun> command_for(store::View& view, const store::Job& job) const;
  void publish(const core::JobId& job, const core::HostId& host, bool status_changed);
  void follow(const JobMessage& message, const protocol::JobAck& ack);

  store::Database& database_;
  const runtime::Clock& clock_;
  const runtime::SecretBox& secrets_;
  Agents& agents_;
  Live& live_;
  Watch& watch_;
  Throughputs throughputs_;
};

}  // namespace holdfast::fleet
