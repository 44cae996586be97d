#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/ids.hpp"
#include "core/time.hpp"

// A job is one execution of one operation on one host.
namespace holdfast::core {

// Whatever differs from operation to operation is a variant with an alternative for each, in this order: what was asked
// for (JobOrder), what the agent is told (protocol::OperationCommand), and what came of it (JobOutcome).
enum class Operation { Backup };
inline constexpr std::size_t kOperationCount = 1;

enum class JobState {
  Queued,     // made, and not yet started by the agent
  Running,    // the agent has started it
  Succeeded,  // a snapshot was made of everything
  Partial,    // a snapshot was made, but it lacks something or restic did not end well
  Failed,     // no snapshot was made
  Cancelled,  // somebody stopped it before there was a snapshot
};

enum class LogLevel { Info, Warning, Error };

std::string_view to_text(Operation operation);  // "backup"
std::string_view to_text(JobState state);       // "queued", "running", …
std::string_view to_text(LogLevel level);       // "info", "warning", "error"
std::optional<Operation> parse_operation(std::string_view text);
std::optional<JobState> parse_job_state(std::string_view text);
std::optional<LogLevel> parse_log_level(std::string_view text);

constexpr bool is_final(JobState state) {
  return state != JobState::Queued && state != JobState::Running;
}

// One line of a job's log. Each has the sequence number of the message part that carried it.
struct LogLine {
  std::uint64_t sequence = 0;
  Time time;
  LogLevel level = LogLevel::Info;
  std::string text;

  bool operator==(const LogLine&) const = default;
};

// How far a running job is. Totals are 0 while restic is still scanning.
struct JobProgress {
  double fraction = 0;  // 0 to 1; meaningless while total_bytes is 0
  std::uint64_t bytes_done = 0;
  std::uint64_t bytes_total = 0;
  std::uint64_t files_done = 0;
  std::uint64_t files_total = 0;
  std::uint64_t errors = 0;
  std::uint64_t bytes_per_second = 0;             // smoothed over the last seconds
  std::optional<std::chrono::seconds> remaining;  // an estimate, when there is a steady one
  std::vector<std::string> current_files;         // at most a few
  Time at;                                        // when the agent said so

  bool operator==(const JobProgress&) const = default;
};

// What restic said at the end of a backup that made a snapshot.
struct BackupSummary {
  std::string snapshot_id = {};  // 64 hex digits, or 8 where restic gives no more
  std::uint64_t files_new = 0;
  std::uint64_t files_changed = 0;
  std::uint64_t files_unmodified = 0;
  std::uint64_t bytes_added = 0;  // before compression
  std::uint64_t bytes_processed = 0;
  std::uint64_t files_processed = 0;
  double duration_seconds = 0;

  bool operator==(const BackupSummary&) const = default;
};

// Why a job did not simply succeed.
struct JobFailure {
  std::string code;       // stable, for programs: "wrong_password"
  std::string message;    // what happened, one sentence
  std::string next_step;  // what to do about it, one sentence
  std::string detail;     // the raw line behind it, redacted; may be empty

  bool operator==(const JobFailure&) const = default;
};

struct BackupOutcome {
  std::optional<BackupSummary> summary;  // whenever a snapshot was made

  bool operator==(const BackupOutcome&) const = default;
};
using JobOutcome = std::variant<BackupOutcome>;

struct BackupOrder {
  SourceGroupId source_group;  // empty once it was removed
  bool initialise = false;     // make the repository if it is missing

  bool operator==(const BackupOrder&) const = default;
};
using JobOrder = std::variant<BackupOrder>;

template <class... Alternatives>
Operation operation_of(const std::variant<Alternatives...>& alternatives) {
  static_assert(sizeof...(Alternatives) == kOperationCount);
  return static_cast<Operation>(alternatives.index());
}

// How a job ended. `state` is final.
struct JobResult {
  JobState state = JobState::Failed;
  JobOutcome outcome;
  std::optional<JobFailure> failure;  // whenever state is not Succeeded
  std::optional<int> exit_code;       // of restic, when it ran and was not killed
  std::string restic_version;         // "0.14.0", or empty when restic never ran

  bool operator==(const JobResult&) const = default;
};

// Of a backup that made a snapshot; null of everything else.
inline const BackupSummary* summary_of(const JobResult& result) {
  const auto* backup = std::get_if<BackupOutcome>(&result.outcome);
  return backup && backup->summary ? &*backup->summary : nullptr;
}

}  // namespace holdfast::core
