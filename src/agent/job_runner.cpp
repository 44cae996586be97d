#include "job_runner.hpp"

#include <fmt/format.h>

#include <boost/system/system_error.hpp>
#include <utility>

#include "runtime/log.hpp"

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

core::JobResult interrupted() {
  core::JobResult result;
  result.state = core::JobState::Failed;
  result.failure = agent_stopped();
  return result;
}

}  // namespace

JobRunner::JobRunner(runtime::Loop& loop, const runtime::Clock& clock, Ledger& ledger, RunSettings settings,
                     std::function<void(const std::exception&)> on_fatal)
    : loop_(loop),
      clock_(clock),
      ledger_(ledger),
      settings_(std::move(settings)),
      on_fatal_(std::move(on_fatal)),
      ended_(loop),
      tasks_(loop) {}

void JobRunner::resume() {
  // Those that were running go first: a restic of theirs may still hold the repository.
  for (const auto& [id, job] : ledger_.jobs()) {
    if (!job->started() || job->finished()) continue;
    queue_.add(id, job->repository());
    spawn(*job, &JobRunner::recover);
  }
  for (const auto& [id, job] : ledger_.jobs()) {
    if (!job->started() && !job->finished()) enqueue(*job);
  }
}

void JobRunner::accept(const protocol::CommandRun& command) {
  if (stopping_ || ledger_.find(command.job)) return;
  enqueue(ledger_.accept(command));
}

void JobRunner::enqueue(JobLedger& job) {
  if (const auto before = queue_.add(job.job(), job.repository()))
    tell_waiting(job, *before);
  else
    start(job);
}

void JobRunner::tell_waiting(JobLedger& job, const core::JobId& before) {
  job.add(protocol::JobWaiting{job.job(), 0, fmt::format("Waiting for job {} on the same repository.", before.text())});
}

void JobRunner::leave_queue(const core::JobId& job) {
  const auto next = queue_.remove(job);
  if (!next.starts || stopping_) return;
  start(*ledger_.find(*next.starts));
  for (const core::JobId& waiting : next.still_waiting) tell_waiting(*ledger_.find(waiting), *next.starts);
}

void JobRunner::cancel(const core::JobId& id) {
  JobLedger* job = ledger_.find(id);
  if (!job || job->finished()) return;
  if (const auto run = running_.find(id); run != running_.end()) {
    run->second->cancel();
  } else if (queue_.waits(id)) {
    queue_.remove(id);
    finish(*job, cancelled_before_start());
  }
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

// A job's task fails only when the ledger does.
runtime::Task<> JobRunner::run_guarded(JobLedger& job, JobTask task) {
  const core::JobId id = job.job();
  try {
    co_await (this->*task)(job);
    release(id);
  } catch (const boost::system::system_error& error) {
    if (error.code() != boost::asio::error::operation_aborted) on_fatal_(error);
  } catch (const std::exception& error) {
    on_fatal_(error);
  }
  running_.erase(id);
  busy_.erase(id);
  ended_.notify_all();
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
  job.continue_after(*job.acknowledged());
  core::LogLine line{0, clock_.now(), core::LogLevel::Warning,
                     "The agent was stopped while this backup ran. " + report};
  job.add(protocol::LogStream{job.job(), {std::move(line)}});
  finish(job, interrupted());
}

runtime::Task<std::string> JobRunner::clean_up(const JobLedger& job) {
  const restic::BackupRequest request = backup_request(job.command());
  const ResticProcess process = job.process().value_or(ResticProcess{});
  std::string report;
  try {
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
