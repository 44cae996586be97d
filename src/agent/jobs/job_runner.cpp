#include "jobs/job_runner.hpp"

#include <fmt/format.h>

#include <boost/system/system_error.hpp>
#include <exception>
#include <system_error>
#include <utility>

#include "runtime/log/log.hpp"

// Where a job is until it has ended: in `left_` when an earlier agent left it behind, until the hub has said how far
// it is; in `queue_`, where the first of each repository goes; in `running_` while restic works for it; in `busy_`
// for as long as a task is at it, be it only to clean up after an earlier agent. cancel() and drop() may come in
// each of these places.
namespace holdfast::agent {
namespace {

namespace log = runtime::log;

core::JobResult cancelled_before_start() {
  core::JobResult result;
  result.state = core::JobState::Cancelled;
  result.failure = core::JobFailure{"cancelled", "The backup was cancelled before it started.",
                                    "Start it again when you want it.", ""};
  return result;
}

core::JobFailure record_lost() {
  return {"agent_lost_record", "The agent's record of this job was damaged, so its result is unknown.",
          "Start the backup again. If this happens again, check the disk that holds the agent's state directory.", ""};
}

core::JobFailure cannot_keep(std::string_view reason) {
  return {"state_unwritable", "The agent cannot write to its state directory, so the job was not started.",
          "Free space on that disk, or make it writable again, and start the backup again.", std::string(reason)};
}

core::JobFailure agent_failed(std::string_view reason) {
  return {"agent_failed", "The agent failed while it did this job.", "Start the backup again.", std::string(reason)};
}

}  // namespace

JobRunner::JobRunner(runtime::Loop& loop, const runtime::Clock& clock, Ledger& ledger, RunSettings settings)
    : loop_(loop), clock_(clock), ledger_(ledger), settings_(std::move(settings)), ended_(loop), tasks_(loop) {}

void JobRunner::resume() {
  // Those that were running go first: a restic of theirs may still hold the repository.
  for (const auto& [id, job] : ledger_.jobs()) {
    if (job->started() && !job->finished()) recover_job(*job);
  }
  for (const auto& [id, job] : ledger_.jobs()) {
    if (!job->started() && !job->finished()) left_.insert(id);
  }
}

void JobRunner::recover_job(JobLedger& job) {
  queue_.add(job.job(), job.repository());
  spawn(job, &JobRunner::recover);
}

void JobRunner::set_hub_listens(bool listens) {
  hub_listens_ = listens;
  if (!listens || stopping_) return;
  for (const core::JobId& id : std::exchange(left_, {})) {
    if (JobLedger* job = ledger_.find(id)) take_up(*job);
  }
}

void JobRunner::take_up(JobLedger& job) {
  if (!job.acknowledged())
    left_.insert(job.job());
  else if (*job.acknowledged() > job.last_sequence())
    recover_job(job);
  else
    enqueue(job);
}

std::optional<protocol::JobFinished> JobRunner::accept(const protocol::CommandRun& command) {
  if (stopping_ || ledger_.find(command.job)) return std::nullopt;
  try {
    enqueue(ledger_.accept(command));
    return std::nullopt;
  } catch (const std::system_error& error) {
    log::error("job.not_kept", "A job cannot be kept and is not started",
               {{"job", command.job.text()}, {"reason", error.what()}});
    protocol::JobFinished refused{command.job, 1, clock_.now(), failed(cannot_keep(error.what()))};
    if (settings_.on_finished) settings_.on_finished(refused.at, refused.result);
    return refused;
  }
}

void JobRunner::enqueue(JobLedger& job) {
  if (queue_.add(job.job(), job.repository()))
    job.add(protocol::JobWaiting{job.job(), 0, "Another job of this host on the same repository goes first."});
  else
    start(job);
}

void JobRunner::leave_queue(const core::JobId& job) {
  const auto next = queue_.remove(job);
  if (next && !stopping_) start(*ledger_.find(*next));
}

void JobRunner::cancel(const core::JobId& id) {
  JobLedger* job = ledger_.find(id);
  if (!job || job->finished()) return;
  if (const auto run = running_.find(id); run != running_.end()) {
    run->second->cancel();
    return;
  }
  if (busy_.contains(id)) return;  // an earlier agent's, which ends as failed
  if (!queue_.waits(id) && !left_.contains(id)) return;
  queue_.remove(id);
  left_.erase(id);
  finish(*job, cancelled_before_start());
}

void JobRunner::drop(const core::JobId& id) {
  JobLedger* job = ledger_.find(id);
  if (!job) return;
  log::warning("job.dropped", "The hub does not know this job", {{"job", id.text()}});
  job->abandon();
  ledger_.changed().notify_all();
  if (const auto run = running_.find(id); run != running_.end()) run->second->cancel();
  if (busy_.contains(id)) return;
  queue_.remove(id);
  left_.erase(id);
  ledger_.remove(id);
}

void JobRunner::start(JobLedger& job) {
  running_.emplace(job.job(), std::make_unique<JobRun>(loop_, clock_, settings_, job, hub_listens_));
  spawn(job, &JobRunner::run);
}

void JobRunner::spawn(JobLedger& job, JobTask task) {
  busy_.insert(job.job());
  tasks_.spawn("job " + job.job().text(), [this, &job, task] { return run_guarded(job, task); });
}

// However the job's task fails, the job ends and the others go on.
runtime::Task<> JobRunner::run_guarded(JobLedger& job, JobTask task) {
  const core::JobId id = job.job();
  bool aborted = false;
  std::string problem;
  try {
    co_await (this->*task)(job);
  } catch (const boost::system::system_error& error) {
    aborted = error.code() == boost::asio::error::operation_aborted;
    problem = error.what();
  } catch (const std::exception& error) {
    problem = error.what();
  }
  if (!problem.empty() && !aborted) give_up(id, problem);
  if (!aborted) release(id);
  running_.erase(id);
  busy_.erase(id);
  ended_.notify_all();
}

void JobRunner::give_up(const core::JobId& id, std::string_view problem) {
  log::error("job.failed", "The agent failed while it did a job", {{"job", id.text()}, {"reason", problem}});
  JobLedger* job = ledger_.find(id);
  if (job && !job->finished()) finish(*job, failed(agent_failed(problem)));
}

void JobRunner::release(const core::JobId& id) {
  leave_queue(id);
  JobLedger* job = ledger_.find(id);
  if (job && job->abandoned()) ledger_.remove(id);
}

runtime::Task<> JobRunner::run(JobLedger& job) {
  log::info("job.started", "A backup starts", {{"job", job.job().text()}});
  job.add(protocol::JobStarted{job.job(), 0, clock_.now()});
  core::JobResult result = co_await running_.at(job.job())->run();
  finish(job, std::move(result));
}

runtime::Task<> JobRunner::recover(JobLedger& job) {
  const std::string report = co_await clean_up(job);
  leave_queue(job.job());
  // The hub may have more of the job than a power loss left here, and numbers must go on after that.
  while (!job.acknowledged() && !job.abandoned()) co_await ledger_.changed().wait();
  if (job.abandoned()) co_return;
  const bool complete = job.started();
  job.continue_after(*job.acknowledged());
  core::LogLine line{0, clock_.now(), core::LogLevel::Warning,
                     "The agent was stopped while this backup ran. " + report};
  job.add(protocol::LogStream{job.job(), {std::move(line)}});
  finish(job, failed(complete ? agent_stopped() : record_lost()));
}

runtime::Task<std::string> JobRunner::clean_up(const JobLedger& job) {
  const ResticProcess process = job.process().value_or(ResticProcess{});
  std::string report;
  try {
    const auto command = job.command();
    const auto request =
        std::visit([&](const auto& operation) { return backup_request(command, operation); }, command.operation);
    report = co_await restic::clean_up_after_crash(loop_, settings_.restic, request, process.pid, process.start_time);
  } catch (const boost::system::system_error& error) {
    if (error.code() == boost::asio::error::operation_aborted) throw;
    report = fmt::format("Cleaning up after it failed: {}.", error.what());
  } catch (const std::exception& error) {
    report = fmt::format("Cleaning up after it failed: {}.", error.what());
  }
  co_return report;
}

// In the ledger first: from there on the job has ended, whatever kills the agent.
void JobRunner::finish(JobLedger& job, core::JobResult result) {
  const core::JobId id = job.job();
  const auto now = clock_.now();
  job.add(protocol::JobFinished{id, 0, now, result});
  const std::string code = result.failure ? result.failure->code : "";
  log::info("job.finished", "A backup ended", {{"job", id.text()}, {"state", to_text(result.state)}, {"code", code}});
  if (settings_.on_finished) settings_.on_finished(now, result);
}

runtime::Task<> JobRunner::stop() {
  stopping_ = true;
  for (const auto& [id, run] : running_) run->stop_with_agent();
  while (!running_.empty()) co_await ended_.wait();
  co_await tasks_.stop();
}

}  // namespace holdfast::agent
