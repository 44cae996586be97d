#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "jobs/command_check.hpp"
#include "jobs/job_ledger.hpp"
#include "restic/backup/backup.hpp"
#include "runtime/async/clock.hpp"

namespace holdfast::agent {

struct RunSettings {
  restic::Installation restic;
  restic::BackupLimits limits;
  Rclone rclone = Rclone::Refused;
  std::chrono::milliseconds flush_interval{100};  // log lines wait at most this long to be written together
  std::size_t max_log_bytes = 256 * 1024 * 1024;  // of one job; further lines are counted, not kept
  std::function<void(core::Time at, const core::JobResult&)> on_finished;  // told of each job's end, when it is set
};

// One backup from its start to its end: what restic tells becomes messages in the job's ledger.
class JobRun final : public restic::Listener {
 public:
  JobRun(runtime::Loop& loop, const runtime::Clock& clock, const RunSettings& settings, JobLedger& ledger,
         const bool& hub_listens);

  // Runs restic. The caller records the result.
  runtime::Task<core::JobResult> run();

  // Interrupts restic; the job is then cancelled.
  void cancel() { cancellation_.request(); }
  // Interrupts restic because the agent ends; the job is then failed, unless it still came to its end.
  void stop_with_agent() {
    agent_stops_ = true;
    cancellation_.request();
  }

 private:
  runtime::Task<core::JobResult> perform(const protocol::CommandRun& command, protocol::BackupCommand backup);
  runtime::Task<> log(core::LogLevel level, std::string text) override;
  runtime::Task<> progress(core::JobProgress progress) override;
  void process(pid_t pid) noexcept override;

  runtime::Task<> flush_for_ever();
  void flush();
  void note_omitted_lines();

  // Constant after construction.
  runtime::Loop& loop_;
  const runtime::Clock& clock_;
  const RunSettings& settings_;
  JobLedger& ledger_;
  const bool& hub_listens_;  // while not, nobody would look at progress

  restic::Cancellation cancellation_;
  bool agent_stops_ = false;
  std::vector<core::LogLine> lines_;  // not yet in the ledger
  std::size_t lines_bytes_ = 0;
  std::size_t log_bytes_ = 0;
  std::uint64_t omitted_lines_ = 0;
};

// Why a job whose agent went away did not succeed.
core::JobFailure agent_stopped();
core::JobResult failed(core::JobFailure failure);

restic::BackupRequest backup_request(protocol::CommandRun command, protocol::BackupCommand backup);

}  // namespace holdfast::agent
