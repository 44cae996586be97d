#pragma once

#include <optional>

#include "output.hpp"
#include "progress.hpp"
#include "redaction.hpp"
#include "result.hpp"
#include "runner.hpp"
#include "work_files.hpp"

namespace holdfast::restic {

// One backup from its first look at the host to its result. Each step gives the failure that ends the job, or nothing.
class BackupJob {
 public:
  BackupJob(runtime::Loop& loop, const runtime::Clock& clock, const Installation& installation,
            const BackupRequest& request, Listener& listener, Cancellation& cancellation, BackupLimits limits);

  runtime::Task<core::JobResult> run();
  // Of a job that ended before restic could make a snapshot.
  core::JobResult without_snapshot(core::JobFailure failure) const;
  core::JobFailure internal_failure(std::string_view what) const;

 private:
  using Step = runtime::Task<std::optional<core::JobFailure>>;

  Step find_restic();
  Step look_at_sources();
  runtime::Task<> take_source(const std::string& path, SourceState state);
  Step prepare_repository();
  Step initialise();
  runtime::Task<core::JobResult> make_snapshot();

  // Opens the repository quietly: what restic says about it is in the outcome only.
  runtime::Task<Outcome> probe();
  runtime::Task<> clean_up_after(const Outcome& outcome);
  // Runs restic; its lines go to the log, and what they mean into `outcome`.
  runtime::Task<> run_logged(const Arguments& arguments, Outcome& outcome);

  runtime::Task<> on_line(std::string_view line, core::LogLevel level, Outcome& outcome);
  runtime::Task<> on_status(const Status& status);
  runtime::Task<> on_unreadable(const Unreadable& unreadable, Outcome& outcome);
  runtime::Task<> on_text(std::string_view text, core::LogLevel level, Outcome& outcome);
  runtime::Task<> on_error_text(std::string_view text, Outcome& outcome);
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
  ProgressMeter meter_;

  std::optional<Version> version_;
  std::vector<std::string> present_;  // sources that are there
  AbsentSources absent_;
  std::optional<WorkFiles> files_;
  Environment environment_;
};

}  // namespace holdfast::restic
