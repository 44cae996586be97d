#pragma once

#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <set>

#include "job_queue.hpp"
#include "job_run.hpp"
#include "ledger.hpp"

namespace holdfast::agent {

// Does the jobs of the ledger, each to its end, with or without a hub. Lives on the loop's thread.
class JobRunner {
 public:
  // `on_fatal` is told when the ledger cannot be written: no job can be reported any more, so the agent must end.
  JobRunner(runtime::Loop& loop, const runtime::Clock& clock, Ledger& ledger, RunSettings settings,
            std::function<void(const std::exception&)> on_fatal);

  // Takes up what an earlier agent left: jobs that never started wait again, those that were running have failed.
  void resume();
  // Does the job, now or after the others on its repository. One that is known, or comes while stopping, is ignored.
  void accept(const protocol::CommandRun& command);
  // Ends the job; it is ignored if it is unknown or has ended.
  void cancel(const core::JobId& job);
  // Ends and forgets a job that the hub does not know.
  void drop(const core::JobId& job);
  // Whether somebody would see progress.
  void set_hub_listens(bool listens) { hub_listens_ = listens; }

  // Interrupts what runs, and returns when it has ended and is in the ledger.
  runtime::Task<> stop();

 private:
  using JobTask = runtime::Task<> (JobRunner::*)(JobLedger&);

  void enqueue(JobLedger& job);
  void leave_queue(const core::JobId& job);
  void tell_waiting(JobLedger& job, const core::JobId& before);
  void start(JobLedger& job);
  void spawn(JobLedger& job, JobTask task);
  runtime::Task<> run_guarded(JobLedger& job, JobTask task);
  runtime::Task<> run(JobLedger& job);
  runtime::Task<> recover(JobLedger& job);
  runtime::Task<std::string> clean_up(const JobLedger& job);
  void finish(JobLedger& job, core::JobResult result);
  void release(const core::JobId& job);

  // Constant after construction.
  runtime::Loop& loop_;
  const runtime::Clock& clock_;
  Ledger& ledger_;
  RunSettings settings_;
  std::function<void(const std::exception&)> on_fatal_;

  bool hub_listens_ = false;
  bool stopping_ = false;
  JobQueue queue_;
  std::map<core::JobId, std::unique_ptr<JobRun>> running_;
  std::set<core::JobId> busy_;  // jobs that a task holds on to: running or recovering
  runtime::Signal ended_;       // whenever a task has let go of a job
  runtime::TaskGroup tasks_;
};

}  // namespace holdfast::agent
