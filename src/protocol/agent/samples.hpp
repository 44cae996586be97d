#pragma once

#include "protocol/agent/messages.hpp"
#include "text/time.hpp"

// One of each message, for the tests; `tests/data/frames` holds them as they are on the wire.
namespace holdfast::protocol::samples {

inline const core::JobId kJob("01J0000000000000000000J0B1");
inline const core::JobId kOtherJob("01J0000000000000000000J0B2");
inline const core::HostId kHost("01J00000000000000000H0ST01");
inline const core::CheckId kCheck("01J00000000000000000CHECK1");
inline const core::ReportId kReport("01J000000000000000000REP0R");
inline const core::ScheduleId kSchedule("01J000000000000000000SCHE1");
inline const core::SourceGroupId kGroup("01J00000000000000000GR0VP1");
inline const core::RepositoryId kRepository("01J00000000000000000REP001");

inline core::Time time() {
  return *text::parse_time("2026-11-22T06:21:00.250Z");
}

inline ScheduleFire schedule_fire() {
  return {kSchedule, time(), true, time() + core::seconds(61), {{kOtherJob, kRepository, kGroup, true}}};
}
inline Hello hello() {
  Hello message;
  message.agent_version = "0.1.0";
  message.hostname = "web-1";
  message.os = "Debian GNU/Linux 12 (bookworm)";
  message.arch = "x86_64";
  message.kernel = "6.1.0-28-amd64";
  message.restic_version = "0.14.0";
  message.time = time();
  message.jobs = {{kJob, 17}, {kOtherJob, 0}};
  message.schedule_version = 3;
  message.fires = {schedule_fire()};
  return message;
}
inline Heartbeat heartbeat() {
  return {time()};
}
inline JobWaiting waiting() {
  return {kJob, 1, "Waiting for job 01J0000000000000000000J0B2 on the same repository."};
}
inline JobStarted started() {
  return {kJob, 2, time()};
}
inline JobProgressed progressed() {
  core::JobProgress progress;
  progress.fraction = 0.5;
  progress.bytes_done = 512;
  progress.bytes_total = 1024;
  progress.files_done = 3;
  progress.files_total = 9;
  progress.errors = 1;
  progress.bytes_per_second = 256;
  progress.remaining = core::seconds(2);
  progress.current_files = {"/home/ana/photos/größe.jpg"};
  progress.at = time();
  return {kJob, 3, progress};
}
inline LogStream log_stream() {
  return {kJob,
          {{4, time(), core::LogLevel::Info, "open repository"},
           {5, time(), core::LogLevel::Warning, "can't read \"/home/ana/.cache\""}}};
}
inline JobFinished finished_partial() {
  core::BackupSummary summary;
  summary.snapshot_id = "6e0a75aa1f3a3b1e8f1bb0a7d7e93b1f6f4c2b9be6e6f0d7c3f5a1b2c3d4e5f6";
  summary.files_new = 7;
  summary.files_changed = 1;
  summary.files_unmodified = 2;
  summary.bytes_added = 4096;
  summary.bytes_processed = 8192;
  summary.files_processed = 10;
  summary.duration_seconds = 1.5;
  core::JobResult result;
  result.state = core::JobState::Partial;
  result.outcome = core::BackupOutcome{summary};
  result.failure =
      core::JobFailure{"source_unreadable", "1 file could not be read.", "Check its permissions.", "permission denied"};
  result.exit_code = 3;
  result.restic_version = "0.14.0";
  return {kJob, 6, time(), result};
}
inline JobFinished finished_failed() {
  core::JobResult result;
  result.state = core::JobState::Failed;
  result.failure =
      core::JobFailure{"agent_stopped", "The agent stopped during the backup.", "Start the backup again.", ""};
  return {kJob, 6, time(), result};
}
inline ReportSend report_send() {
  return {kReport, R"({"customer_id":"default","host":"web-1","health":{"status":"ok","issues":[]}})"};
}
inline RepositoryChecked repository_checked() {
  using namespace core;
  const JobFailure failure{"server_login", "The server did not accept the login.", "Check the user.", "403 Forbidden"};
  return {kCheck,
          {{CheckStep::Reached, StepState::Passed, {}},
           {CheckStep::Opened, StepState::Failed, failure},
           {CheckStep::Written, StepState::Skipped, {}}},
          "0.14.0"};
}
inline JobAck job_ack() {
  return {kJob, 5};
}
inline Welcome welcome() {
  return {kHost, "web-1", {{kJob, 5}}, {kOtherJob}, true};
}
inline CommandRun command_run() {
  CommandRun message;
  message.job = kJob;
  message.repository = kRepository;
  message.access = {"rest:https://backup.example/web-1", "repository password", "web-1", "server password"};
  message.operation = BackupCommand{{{"/etc", "/home/ana"}, {"*.tmp"}, {"daily"}}, "web-1", true, kGroup, {}};
  return message;
}
inline ScheduleSet schedule_set() {
  const CommandRun command = command_run();
  ScheduleEntry entry;
  entry.schedule = kSchedule;
  entry.name = "Nightly";
  entry.cron = "15 2 * * *";
  entry.timezone = "Europe/Budapest";
  entry.window = core::seconds(3600);
  entry.missed = core::MissedRun::WithinWindow;
  entry.decided_at = time();
  entry.targets = {{command.repository, command.access, command.operation}};
  return {4, {entry}};
}
inline ScheduleFired schedule_fired() {
  return {kSchedule, time(), {kOtherJob}};
}
inline RepositoryCheck repository_check() {
  RepositoryCheck message;
  message.check = kCheck;
  message.access = {"b2:bucket:web-1", "repository password", "", ""};
  message.access.environment = {{"B2_ACCOUNT_ID", "account"}, {"B2_ACCOUNT_KEY", "account key"}};
  message.initialise = true;
  return message;
}
inline CommandCancel command_cancel() {
  return {kJob};
}
inline ReportAck report_ack() {
  return {kReport};
}

}  // namespace holdfast::protocol::samples
