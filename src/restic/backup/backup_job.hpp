#pragma once

#include <optional>

#include "backup/source_review.hpp"
#include "output/output_reader.hpp"
#include "output/redaction.hpp"
#include "output/result.hpp"
#include "process/runner.hpp"
#include "process/work_files.hpp"

namespace holdfast::restic {

// One backup from its first look at the host to its result. Each step gives the failure that ends the job, or nothing.
class BackupJob {
 public:
  BackupJob(runtime::Loop& loop, const runtime::Clock& clock, const Installation& installation,
            const BackupRequest& request, Listener& listener, Cancellation& cancellation, BackupLimits limits);

  runtime::Task<core::JobResult> run();
  // Of a job that ended before restic could make a snapshot.
  core::JobResult without_snapshot(core::JobFailure failure) const;
  core::JobFailure internal_failure(const std::system_error& error) const { return internal(error, redactor_); }

 private:
  using Step = runtime::Task<std::optional<core::JobFailure>>;

  Step find_restic();
  Step look_at_sources();
  Step prepare_repository();
  Step initialise();
  runtime::Task<core::JobResult> make_snapshot();

  // Opens the repository quietly: what restic says about it is in the outcome only.
  runtime::Task<Outcome> probe();
  // Backs up, again and again while somebody else has locked the repository.
  runtime::Task<Outcome> back_up_when_free();
  runtime::Task<Outcome> back_up_once(std::chrono::seconds lock_wait);
  runtime::Task<> wait_for_lock(std::chrono::milliseconds limit);
  runtime::Task<> explain_unreadable(const std::vector<std::string>& items, Outcome& outcome);
  runtime::Task<> remove_lock_after(const Outcome& outcome);
  runtime::Task<> remember_sources(const Outcome& outcome);
  // Runs restic; its lines go to the log, and what they mean into `outcome`.
  runtime::Task<> run_logged(const Arguments& arguments, Outcome& outcome);
  void on_retry(std::string_view line, Outcome& outcome);
  runtime::Task<> log(core::LogLevel level, std::string text);

  runtime::Command command(const Arguments& arguments) const;

  runtime::Loop& loop_;
  const runtime::Clock& clock_;
  const Installation& installation_;
  const BackupRequest& request_;
  Listener& listener_;
  Cancellation& cancellation_;
  const Redactor redactor_;
  const BackupLimits limits_;
  const SourceCheck sources_;
  Runner runner_;
  SourceReview review_;

  std::optional<Version> version_;
  bool is_away_ = false;  // the repository, as was told after the cancellation
  std::optional<WorkFiles> files_;
  Environment environment_;
};

}  // namespace holdfast::restic
