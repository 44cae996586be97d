#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string_view>

#include "jobs/job_queue.hpp"
#include "jobs/job_run.hpp"
#include "jobs/ledger.hpp"

namespace holdfast::agent {

// Does the jobs of the ledger, each to its end, with or without a hub. Lives on the loop's thread.
class JobRunner {
 public:
  JobRunner(runtime::Loop& loop, const runtime::Clock& clock, Ledger& ledger, RunSettings settings);

  // Takes up what an earlier agent left: those that were running have failed; those that never started, as far as their
  // messages tell, wait until the hub has said whether the messages tell all.
  void resume();
  // Does the job, now or after the others on its repository. One that is known, or comes while stopping, is ignored.
  // What the hub is to hear at once of a job that cannot be kept.
  std::optional<protocol::JobFinished> accept(const protocol::CommandRun& command);
  // Ends the job; it is ignored if it is unknown or has ended.
  void cancel(const core::JobId& job);
  // Ends and forgets a job that the hub does not know.
  void drop(const core::JobId& job);
  // Whether somebody would see progress. From a welcome on: what the hub has of each job is known by then.
  void set_hub_listens(bool listens);

  // Interrupts what runs, and returns when it has ended and is in the ledger.
  runtime::Task<> stop();

 private:
  using JobTask = runtime::Task<> (JobRunner::*)(JobLedger&);

  void take_up(JobLedger& job);
  void recover_job(JobLedger& job);
  void enqueue(JobLedger& job);
  void leave_queue(const core::JobId& job);
  void start(JobLedger& job);
  void spawn(JobLedger& job, JobTask task);
  runtime::Task<> run_guarded(JobLedger& job, JobTask task);
  runtime::Task<> run(JobLedger& job);
  runtime::Task<> recover(JobLedger& job);
  runtime::Task<std::string> clean_up(const JobLedger& job);
  void finish(JobLedger& job, core::JobResult result);
  void give_up(const core::JobId& job, std::string_view problem);
  void release(const core::JobId& job);

  // Constant after construction.
  runtime::Loop& loop_;
  const runtime::Clock& clock_;
  Ledger& ledger_;
  RunSettings settings_;

  bool hub_listens_ = false;
  bool stopping_ = false;
  JobQueue queue_;
  std::map<core::JobId, std::unique_ptr<JobRun>> running_;
  std::set<core::JobId> busy_;  // jobs that a task holds on to: running or recovering
  std::set<core::JobId> left_;  // by an earlier agent, not started; until the hub has said what it has of them
  runtime::Signal ended_;       // whenever a task has let go of a job
  runtime::TaskGroup tasks_;
};

}  // namespace holdfast::agent
