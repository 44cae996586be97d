#pragma once

#include "agent/is.hpp"
#include "agent/wire.hpp"
#include "protocol/agent/messages.hpp"

// Each message and its members, once for both directions. The order here is the order on the wire.
namespace holdfast::protocol {

inline constexpr std::size_t kShortText = 256;  // names, versions, codes
inline constexpr std::size_t kSentence = 4096;  // what people read
inline constexpr std::size_t kLogText = 8192;   // one log line, one raw error
inline constexpr std::size_t kPath = 4096;
inline constexpr std::size_t kMaxVariables = 64;  // of one repository
inline constexpr std::size_t kMaxVariable = 16 * 1024;
inline constexpr std::size_t kMaxLines = 10'000;  // in one log.stream
inline constexpr std::size_t kMaxEntries = 1000;  // in one schedule.set
inline constexpr std::size_t kCron = 512;

// What is wrong with a message beyond its single members; empty when nothing is.
std::string find_fault(const LogStream& message);
std::string find_fault(const JobFinished& message);
std::string find_fault_in_sequence(std::uint64_t sequence);

void sequence(auto& io, auto& value) {
  io.integer("sequence", value);
  io.check([&] { return find_fault_in_sequence(value); });
}

// --- parts ---

void fields(auto& io, Is<JobPosition> auto& m) {
  io.id("job", m.job);
  io.integer("last_sequence", m.last_sequence);
}
void fields(auto& io, Is<core::LogLine> auto& m) {
  sequence(io, m.sequence);
  io.time("time", m.time);
  io.choice("level", m.level, core::parse_log_level);
  io.shown("text", m.text, kLogText);
}
void fields(auto& io, Is<core::JobProgress> auto& m) {
  io.real("fraction", m.fraction);
  io.integer("bytes_done", m.bytes_done);
  io.integer("bytes_total", m.bytes_total);
  io.integer("files_done", m.files_done);
  io.integer("files_total", m.files_total);
  io.integer("errors", m.errors);
  io.integer("bytes_per_second", m.bytes_per_second);
  io.duration("remaining_seconds", m.remaining);
  io.shown_texts("current_files", m.current_files, 16, kPath);
  io.time("at", m.at);
}
void fields(auto& io, Is<core::BackupSummary> auto& m) {
  io.text("snapshot_id", m.snapshot_id, 64);
  io.integer("files_new", m.files_new);
  io.integer("files_changed", m.files_changed);
  io.integer("files_unmodified", m.files_unmodified);
  io.integer("bytes_added", m.bytes_added);
  io.integer("bytes_processed", m.bytes_processed);
  io.integer("files_processed", m.files_processed);
  io.real("duration_seconds", m.duration_seconds);
}
void fields(auto& io, Is<core::JobFailure> auto& m) {
  io.text("code", m.code, 64);
  io.shown("message", m.message, kSentence);
  io.shown("next_step", m.next_step, kSentence);
  io.shown("detail", m.detail, kLogText);
}
void fields(auto& io, Is<core::BackupOutcome> auto& m) {
  io.object("summary", m.summary);
}
void fields(auto& io, Is<core::JobResult> auto& m) {
  io.choice("state", m.state, core::parse_job_state);
  io.outcome(m.outcome);
  io.object("failure", m.failure);
  io.integer("exit_code", m.exit_code);
  io.shown("restic_version", m.restic_version, kShortText);
}
void fields(auto& io, Is<core::RepositoryAccess> auto& m) {
  io.text("url", m.url, kPath);
  io.text("password", m.password, kPath);
  io.text("server_user", m.server_user, kPath);
  io.text("server_password", m.server_password, kPath);
  io.optional_map("environment", m.environment, kMaxVariables, kMaxVariable);
}
void fields(auto& io, Is<core::SourceSet> auto& m) {
  io.texts("paths", m.paths, 1000, kPath);
  io.texts("excludes", m.excludes, 1000, kPath);
  io.texts("tags", m.tags, 50, kShortText);
}

// --- agent to hub ---

void fields(auto& io, Is<DueJob> auto& m) {
  io.id("job", m.job);
  io.id("repository", m.repository);
  io.id("source_group", m.source_group);
  io.flag("begun", m.begun);
}
void fields(auto& io, Is<ScheduleFire> auto& m) {
  io.id("schedule", m.schedule);
  io.time("at", m.at);
  io.flag("late", m.late);
  io.time("made_at", m.made_at);
  io.objects("jobs", m.jobs, kMaxTargets);
}
void fields(auto& io, Is<ScheduleAck> auto& m) {
  io.integer("version", m.version);
}
void fields(auto& io, Is<Hello> auto& m) {
  io.integer("version", m.version);
  io.shown("agent_version", m.agent_version, kShortText);
  io.shown("hostname", m.hostname, kShortText);
  io.shown("os", m.os, kShortText);
  io.shown("arch", m.arch, kShortText);
  io.shown("kernel", m.kernel, kShortText);
  io.shown("restic_version", m.restic_version, kShortText);
  io.time("time", m.time);
  io.objects("jobs", m.jobs, kMaxHelloJobs);
  io.optional_flag("checks", m.checks);
  io.since_version(kVersionOfSchedules, [&](auto& newer) {
    newer.integer("schedule_version", m.schedule_version);
    newer.objects("fires", m.fires, kMaxFires);
  });
}
void fields(auto& io, Is<Heartbeat> auto& m) {
  io.time("time", m.time);
}
void fields(auto& io, Is<JobWaiting> auto& m) {
  io.id("job", m.job);
  sequence(io, m.sequence);
  io.shown("reason", m.reason, kSentence);
}
void fields(auto& io, Is<JobStarted> auto& m) {
  io.id("job", m.job);
  sequence(io, m.sequence);
  io.time("at", m.at);
}
void fields(auto& io, Is<JobProgressed> auto& m) {
  io.id("job", m.job);
  sequence(io, m.sequence);
  io.object("progress", m.progress);
}
void fields(auto& io, Is<LogStream> auto& m) {
  io.id("job", m.job);
  io.objects("lines", m.lines, kMaxLines);
  io.check([&] { return find_fault(m); });
}
void fields(auto& io, Is<JobFinished> auto& m) {
  io.id("job", m.job);
  sequence(io, m.sequence);
  io.time("at", m.at);
  io.object("result", m.result);
  io.check([&] { return find_fault(m); });
}
void fields(auto& io, Is<ReportSend> auto& m) {
  io.id("id", m.id);
  io.text("document", m.document, kMaxReportBytes);
}

void fields(auto& io, Is<core::CheckedStep> auto& m) {
  io.choice("step", m.step, core::parse_check_step);
  io.choice("state", m.state, core::parse_step_state);
  io.object("failure", m.failure);
}
void fields(auto& io, Is<RepositoryChecked> auto& m) {
  io.id("check", m.check);
  io.objects("steps", m.steps, 8);
  io.shown("restic_version", m.restic_version, kShortText);
}

// --- hub to agent ---

void fields(auto& io, Is<JobAck> auto& m) {
  io.id("job", m.job);
  io.integer("sequence", m.sequence);
}
void fields(auto& io, Is<Welcome> auto& m) {
  io.id("host", m.host);
  io.text("host_name", m.host_name, kShortText);
  io.objects("jobs", m.jobs, kMaxHelloJobs);
  io.ids("unknown_jobs", m.unknown_jobs, kMaxHelloJobs);
  io.optional_flag("reports", m.reports);
  io.version("version", m.version);
}
void fields(auto& io, Is<HeartbeatAck> auto& m) {
  io.time("time", m.time);
}
void fields(auto& io, Is<BackupCommand> auto& m) {
  io.object("sources", m.sources);
  io.text("snapshot_host", m.snapshot_host, kShortText);
  io.flag("initialise", m.initialise);
  io.optional_id("source_group", m.source_group);
  io.optional_id("accepted", m.accepted);
}
void fields(auto& io, Is<CommandRun> auto& m) {
  io.id("job", m.job);
  io.id("repository", m.repository);
  io.object("access", m.access);
  io.operation("operation", m.operation);
}
void fields(auto& io, Is<ScheduleTarget> auto& m) {
  io.id("repository", m.repository);
  io.object("access", m.access);
  io.operation("operation", m.operation);
}
void fields(auto& io, Is<ScheduleEntry> auto& m) {
  io.id("schedule", m.schedule);
  io.text("name", m.name, kShortText);
  io.text("cron", m.cron, kCron);
  io.text("timezone", m.timezone, kShortText);
  io.seconds("window_seconds", m.window);
  io.choice("missed", m.missed, core::parse_missed_run);
  io.time("decided_at", m.decided_at);
  io.objects("targets", m.targets, kMaxTargets);
}
void fields(auto& io, Is<ScheduleSet> auto& m) {
  io.integer("version", m.version);
  io.objects("entries", m.entries, kMaxEntries);
}
void fields(auto& io, Is<ScheduleFired> auto& m) {
  io.id("schedule", m.schedule);
  io.time("at", m.at);
  io.ids("unwanted", m.unwanted, kMaxTargets);
}
void fields(auto& io, Is<RepositoryCheck> auto& m) {
  io.id("check", m.check);
  io.object("access", m.access);
  io.flag("initialise", m.initialise);
}
void fields(auto& io, Is<CommandCancel> auto& m) {
  io.id("job", m.job);
}
void fields(auto&, Is<CredentialsRotate> auto&) {}
void fields(auto& io, Is<ReportAck> auto& m) {
  io.id("id", m.id);
}

// --- names on the wire ---

constexpr std::string_view type_name(const Hello*) {
  return "hello";
}
constexpr std::string_view type_name(const Heartbeat*) {
  return "heartbeat";
}
constexpr std::string_view type_name(const JobWaiting*) {
  return "job.waiting";
}
constexpr std::string_view type_name(const JobStarted*) {
  return "job.started";
}
constexpr std::string_view type_name(const JobProgressed*) {
  return "job.progress";
}
constexpr std::string_view type_name(const LogStream*) {
  return "log.stream";
}
constexpr std::string_view type_name(const JobFinished*) {
  return "job.finished";
}
constexpr std::string_view type_name(const ReportSend*) {
  return "report.send";
}
constexpr std::string_view type_name(const RepositoryChecked*) {
  return "repository.checked";
}
constexpr std::string_view type_name(const ScheduleAck*) {
  return "schedule.ack";
}
constexpr std::string_view type_name(const ScheduleFire*) {
  return "schedule.fire";
}
constexpr std::string_view type_name(const ScheduleSet*) {
  return "schedule.set";
}
constexpr std::string_view type_name(const ScheduleFired*) {
  return "schedule.fired";
}
constexpr std::string_view type_name(const Welcome*) {
  return "welcome";
}
constexpr std::string_view type_name(const HeartbeatAck*) {
  return "heartbeat.ack";
}
constexpr std::string_view type_name(const JobAck*) {
  return "job.ack";
}
constexpr std::string_view type_name(const CommandRun*) {
  return "command.run";
}
constexpr std::string_view type_name(const RepositoryCheck*) {
  return "repository.check";
}
constexpr std::string_view type_name(const CommandCancel*) {
  return "command.cancel";
}
constexpr std::string_view type_name(const CredentialsRotate*) {
  return "credentials.rotate";
}
constexpr std::string_view type_name(const ReportAck*) {
  return "report.ack";
}

}  // namespace holdfast::protocol
