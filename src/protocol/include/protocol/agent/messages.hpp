#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/ids.hpp"
#include "core/jobs/backup.hpp"
#include "core/jobs/job.hpp"
#include "core/repositories/repository_check.hpp"
#include "core/schedule/schedule.hpp"

// What hub and agent say to each other over /ws/agent: JSON envelopes {"type", "id", "payload"}, one a WebSocket
// message. `docs/internals/protocol.md` is the specification; `tests/data/frames` holds one golden frame of each type.
namespace holdfast::protocol {

// Raised when the other side must change to understand. The hub speaks to agents from kMinimumVersion on, and an agent
// to any hub, in the older version of the two. 2: what belongs to one operation alone is an object of its name. 3:
// schedules.
inline constexpr int kVersion = 3;
inline constexpr int kVersionOfSchedules = 3;
inline constexpr int kMinimumVersion = 1;
inline constexpr std::size_t kMaxMessageBytes = 1024 * 1024;
inline constexpr std::size_t kMaxSetBytes = 8 * 1024 * 1024;  // of a ScheduleSet, the only larger message
inline constexpr std::size_t kMaxReportBytes = 256 * 1024;    // of one document
inline constexpr std::size_t kMaxHelloJobs = 10'000;          // the agent tells of others once these are gone
inline constexpr std::size_t kMaxFires = 100;                 // in one hello
inline constexpr std::size_t kMaxTargets = 1000;              // of one schedule

// Why a connection is ended: WebSocket close codes.
enum class CloseCode : std::uint16_t {
  Bad_message = 4000,      // not JSON, unknown type, wrong shape, sequence gap
  Hello_missing = 4001,    // no hello within 10 s
  Version_too_old = 4002,  // the agent must be updated
  Replaced = 4003,         // a newer connection of the same host took over
  Revoked = 4004,          // the bearer is no longer valid
};

// --- agent to hub ---

// How far a job is that the agent still keeps in its ledger.
struct JobPosition {
  core::JobId job;
  std::uint64_t last_sequence = 0;  // of the last message made, sent or not
  bool operator==(const JobPosition&) const = default;
};

// A job that a schedule makes, under the id that the agent chose for it.
struct DueJob {
  core::JobId job;
  core::RepositoryId repository;
  core::SourceGroupId source_group;
  bool begun = false;  // by the agent, as no hub was there
  bool operator==(const DueJob&) const = default;
};
// A schedule is due on this host: the hub is to make these jobs, and to send them as it sees fit. Sent, in each hello
// too, until ScheduleFired comes. Where no hub is there to do so the agent does them by itself.
struct ScheduleFire {
  core::ScheduleId schedule;
  core::Time at;       // of the schedule, the same for all hosts
  bool late = false;   // it makes up for a run that was missed
  core::Time made_at;  // by the agent's clock, when it found that it is due
  std::vector<DueJob> jobs;
  bool operator==(const ScheduleFire&) const = default;
};

// First message of a connection, within 10 s.
struct Hello {
  int version = kVersion;
  std::string agent_version;
  std::string hostname;
  std::string os;
  std::string arch;
  std::string kernel;
  std::string restic_version;  // empty: not found
  core::Time time;             // the agent's clock
  std::vector<JobPosition> jobs;
  bool checks = true;                  // whether it takes repository.check; agents that do not know of it do not say
  std::uint64_t schedule_version = 0;  // of the set that it has; those of version 2 do not say
  std::vector<ScheduleFire> fires = {};
  bool operator==(const Hello&) const = default;
};

// Every 30 s; the hub answers each with HeartbeatAck.
struct Heartbeat {
  core::Time time;
  bool operator==(const Heartbeat&) const = default;
};

// All messages of a job carry its sequence: 1, 2, 3 … without gaps. LogStream takes one number per line.
struct JobWaiting {
  core::JobId job;
  std::uint64_t sequence = 0;
  std::string reason;  // "Another job of this host on the same repository goes first."
  bool operator==(const JobWaiting&) const = default;
};
struct JobStarted {
  core::JobId job;
  std::uint64_t sequence = 0;
  core::Time at;
  bool operator==(const JobStarted&) const = default;
};
struct JobProgressed {
  core::JobId job;
  std::uint64_t sequence = 0;
  core::JobProgress progress;
  bool operator==(const JobProgressed&) const = default;
};
struct LogStream {
  core::JobId job;
  std::vector<core::LogLine> lines;  // at least one; each with its own sequence, ascending by one
  bool operator==(const LogStream&) const = default;
};
struct JobFinished {
  core::JobId job;
  std::uint64_t sequence = 0;
  core::Time at;
  core::JobResult result;
  bool operator==(const JobFinished&) const = default;
};

// How the host is (protocol/report.hpp). Sent only to a hub whose Welcome said `reports`, and again after each Welcome
// until it was acknowledged: by its id the hub knows one that it has.
struct ReportSend {
  core::ReportId id;     // made by the agent
  std::string document;  // at most kMaxReportBytes
  bool operator==(const ReportSend&) const = default;
};

// What came of a RepositoryCheck.
struct RepositoryChecked {
  core::CheckId check;
  std::vector<core::CheckedStep> steps;
  std::string restic_version;  // empty: not found
  bool operator==(const RepositoryChecked&) const = default;
};

// The set of this version is durable at the agent.
struct ScheduleAck {
  std::uint64_t version = 0;
  bool operator==(const ScheduleAck&) const = default;
};

using AgentMessage = std::variant<Hello, Heartbeat, JobWaiting, JobStarted, JobProgressed, LogStream, JobFinished,
                                  ReportSend, RepositoryChecked, ScheduleAck, ScheduleFire>;

// --- hub to agent ---

// All messages of `job` up to `sequence` are durable at the hub.
struct JobAck {
  core::JobId job;
  std::uint64_t sequence = 0;
  bool operator==(const JobAck&) const = default;
};

// Answers Hello. The agent sends every kept message after the acknowledged sequences again; of `unknown_jobs` it
// drops everything.
struct Welcome {
  core::HostId host;
  std::string host_name;
  std::vector<JobAck> jobs;
  std::vector<core::JobId> unknown_jobs;
  bool reports = false;    // whether the hub takes report.send; hubs that do not know of it do not say
  int version = kVersion;  // of the hub; those of version 1 do not say
  bool operator==(const Welcome&) const = default;
};
struct HeartbeatAck {
  core::Time time;  // the hub's clock
  bool operator==(const HeartbeatAck&) const = default;
};

struct BackupCommand {
  core::SourceSet sources;
  std::string snapshot_host;  // what restic stores as the host name; empty: the machine's own
  bool initialise = false;    // make the repository if it is missing
  // Whose sources these are, so that a backup can be compared with the one before; hubs that do not know of it do not
  // say.
  core::SourceGroupId source_group = {};
  // The last backup of these sources to this repository of which a person said that it is right as it is, although a
  // mount point is none any more: what was kept of mount points before it counts no longer. Empty: none; hubs that do
  // not know of it do not say.
  core::JobId accepted = {};
};
using OperationCommand = std::variant<BackupCommand>;

// Do a job. Sent again after each Welcome until the agent has said something of the job; an agent that knows the job
// ignores it.
struct CommandRun {
  core::JobId job;
  core::RepositoryId repository;
  core::RepositoryAccess access;
  OperationCommand operation;
};
// Try the repository out. Sent only to an agent whose Hello said `checks`, once: what is lost with the connection is
// lost.
struct RepositoryCheck {
  core::CheckId check;
  core::RepositoryAccess access;
  bool initialise = false;  // make the repository if it is missing
};
struct CommandCancel {
  core::JobId job;
  bool operator==(const CommandCancel&) const = default;
};
// The report is durable at the hub.
struct ReportAck {
  core::ReportId id;
  bool operator==(const ReportAck&) const = default;
};
// Ask for a new bearer (POST /api/v1/agent/rotate) and use it from then on.
struct CredentialsRotate {
  bool operator==(const CredentialsRotate&) const = default;
};

// What a schedule does on this host each time: a CommandRun but for the job.
struct ScheduleTarget {
  core::RepositoryId repository;
  core::RepositoryAccess access;
  OperationCommand operation;
};
struct ScheduleEntry {
  core::ScheduleId schedule;
  std::string name;
  std::string cron;
  std::string timezone;
  core::seconds window{0};  // in which the hosts of the schedule are spread
  core::MissedRun missed = core::MissedRun::RunOnce;
  core::Time decided_at;  // nothing before that moment is missed
  std::vector<ScheduleTarget> targets;
};
// All schedules of the host, in place of those that the agent has. Sent after a welcome to an agent that has another
// version, and whenever it changes.
struct ScheduleSet {
  std::uint64_t version = 0;
  std::vector<ScheduleEntry> entries;
};
// The jobs of that fire are the hub's: those that it does not send it does not want. Not in `unwanted` are those that
// it sends now or later.
struct ScheduleFired {
  core::ScheduleId schedule;
  core::Time at;
  std::vector<core::JobId> unwanted = {};
  bool operator==(const ScheduleFired&) const = default;
};

using HubMessage = std::variant<Welcome, HeartbeatAck, JobAck, CommandRun, CommandCancel, CredentialsRotate, ReportAck,
                                RepositoryCheck, ScheduleSet, ScheduleFired>;

// --- on the wire ---

template <class Message>
struct Envelope {
  std::string id;  // chosen by the sender, at most 64 bytes; may be empty
  Message message;
};

// For a side that speaks `version`.
std::string encode(const AgentMessage& message, std::string_view id = {}, int version = kVersion);
std::string encode(const HubMessage& message, std::string_view id = {}, int version = kVersion);
// A message of an agent that was encoded before it was known who would get it.
std::string encoded_for(std::string text, int version);

// Whether a CommandRun with these sources fits one message, whatever repository it is for: the other side closes the
// connection at one that is larger, and it would be sent again for ever.
bool fits_command(const core::SourceSet& sources);

// The error is a sentence for the close frame: "log.stream: lines[3].level: unknown value". Unknown members are
// ignored, unknown types are errors; times, ids, sizes and nesting are checked.
std::expected<Envelope<AgentMessage>, std::string> decode_agent_message(std::string_view text);
std::expected<Envelope<HubMessage>, std::string> decode_hub_message(std::string_view text);

}  // namespace holdfast::protocol
