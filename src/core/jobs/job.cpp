#include "core/jobs/job.hpp"

#include "names.hpp"

namespace holdfast::core {
namespace {

constexpr Names<Operation, 1> kOperations{{{Operation::Backup, "backup"}}};
constexpr Names<JobState, 6> kJobStates{{
    {JobState::Queued, "queued"},
    {JobState::Running, "running"},
    {JobState::Succeeded, "succeeded"},
    {JobState::Partial, "partial"},
    {JobState::Failed, "failed"},
    {JobState::Cancelled, "cancelled"},
}};
constexpr Names<LogLevel, 3> kLogLevels{{
    {LogLevel::Info, "info"},
    {LogLevel::Warning, "warning"},
    {LogLevel::Error, "error"},
}};

}  // namespace

std::string_view to_text(Operation operation) {
  return name_of(kOperations, operation);
}
std::string_view to_text(JobState state) {
  return name_of(kJobStates, state);
}
std::string_view to_text(LogLevel level) {
  return name_of(kLogLevels, level);
}
std::optional<Operation> parse_operation(std::string_view text) {
  return value_of(kOperations, text);
}
std::optional<JobState> parse_job_state(std::string_view text) {
  return value_of(kJobStates, text);
}
std::optional<LogLevel> parse_log_level(std::string_view text) {
  return value_of(kLogLevels, text);
}

}  // namespace holdfast::core
