#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/jobs/job_record.hpp"
#include "fleet/accounts/actor.hpp"
#include "fleet/agents/agents.hpp"
#include "fleet/jobs/throughput.hpp"
#include "fleet/live/live.hpp"
#include "fleet/live/unit.hpp"
#include "fleet/live/watch.hpp"
#include "fleet/store.hpp"
#include "protocol/agent/messages.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/task.hpp"
#include "runtime/secrets/crypto.hpp"

// The life of a job on the hub's side: asked for, sent to the agent, told by the agent, final.
namespace holdfast::fleet {

using runtime::Task;

struct BackupRequest {
  std::optional<core::SourceGroupId> source_group = {};  // without: the host's first
  bool initialise = false;                               // make the repository if it is missing
};
struct JobRequest {
  std::optional<core::RepositoryId> repository = {};  // without: the host's first
  std::variant<BackupRequest> operation = {};
};

// What is kept of the log of one job.
inline constexpr core::LogLimit kDefaultLogLimit{2 * 1024 * 1024, 14 * 1024 * 1024};

// A page of all jobs that match, newest first, with `before` of the other pages; empty where there is none, or it is
// the first.
struct JobListPage {
  std::vector<core::Job> jobs;
  std::size_t before = 0;  // so many are newer than those
  std::size_t total = 0;
  bool more = false;  // than `total`: counting costs, and nobody pages so far
  std::string previous;
  std::string next;
  std::string last;  // also empty when there are more
};
inline constexpr std::size_t kCountedJobs = 10'000;  // beyond a page

// Lives on the loop's thread.
class Jobs {
 public:
  Jobs(store::Database& database, const runtime::Clock& clock, const runtime::SecretBox& secrets, Agents& agents,
       Live& live, Watch& watch, core::LogLimit log_limit = kDefaultLogLimit)
      : database_(database),
        clock_(clock),
        secrets_(secrets),
        agents_(agents),
        live_(live),
        units_(database, clock, live, watch),
        log_limit_(log_limit) {}

  // Makes the job and sends it, now or when the agent is back. Conflict when the host has nothing to back up or nowhere
  // to.
  Task<core::Result<core::Job>> start(core::HostId host, JobRequest request, Actor actor);
  // Asks the agent to stop it; the job is final when the agent says so, or at once where no agent will. Conflict when
  // it has ended.
  Task<core::Result<core::Job>> cancel(core::JobId job, Actor actor);
  // A backup with far fewer files than the one before, or of a source that is mounted no more, is right so: it is good,
  // and the next ones are compared with it.
  // Conflict where the job is not of that kind.
  Task<core::Result<core::Job>> accept(core::JobId job, Actor actor);

  // --- for pages and the API ---

  Task<std::vector<core::Job>> list(core::JobFilter filter);
  Task<JobListPage> page(core::JobFilter filter, std::size_t counted = kCountedJobs);
  Task<std::optional<core::Job>> find(core::JobId job);
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

  // What the hub knows of the jobs that the agent and the hub think are unfinished, and those that only the hub knows:
  // in `to_send` when they were never sent, in `missing` when they had begun.
  struct Reconciled {
    std::vector<protocol::JobAck> known;
    std::vector<core::JobId> unknown;
    std::vector<core::JobId> to_send;
    std::vector<core::JobId> to_cancel;
    std::vector<core::JobId> missing;
  };
  Task<Reconciled> reconcile(core::HostId host, std::vector<protocol::JobPosition> positions);
  // The agent has lost them: those that have not ended since fail.
  Task<> give_up(core::HostId host, std::vector<core::JobId> missing);
  // Sends the job to its agent, if that is connected by a bearer that is still good; a job that cannot be sent (its
  // secrets do not open) becomes failed.
  Task<> send(core::HostId host, core::JobId job);

  using JobMessage = std::variant<protocol::JobWaiting, protocol::JobStarted, protocol::JobProgressed,
                                  protocol::LogStream, protocol::JobFinished>;
  // What was stored together. `acks`: up to where all is durable, once for each job. `refusal`: why the rest was not
  // stored and the connection ends (gap in the sequence, a job of somebody else).
  struct Recorded {
    std::vector<protocol::JobAck> acks;
    std::optional<std::string> refusal;
  };
  // Stores messages of jobs in their order, each once however often it comes. No time in them is kept that is before
  // the job or after the hub's own.
  Task<Recorded> record(core::HostId host, std::vector<JobMessage> messages);

 private:
  Task<core::Job> end_unless_agent_will(core::Job job);
  core::Result<protocol::CommandRun> command_for(store::View& view, const core::Job& job) const;
  Task<std::string> name_in_repository(core::HostId host, core::RepositoryId repository);
  struct Stored;
  void follow(const core::HostId& host, const JobMessage& message, const protocol::JobAck& ack);

  store::Database& database_;
  const runtime::Clock& clock_;
  const runtime::SecretBox& secrets_;
  Agents& agents_;
  Live& live_;
  Units units_;
  core::LogLimit log_limit_;
  Throughputs throughputs_;
};

}  // namespace holdfast::fleet
