#include "jobs/hub_verdicts.hpp"

namespace holdfast::fleet {
namespace {

using core::JobState;

constexpr std::string_view kLost = "agent_lost_job";
constexpr std::string_view kCancelled = "cancelled_at_hub";

core::JobResult result(JobState state, core::JobFailure failure) {
  core::JobResult made;
  made.state = state;
  made.failure = std::move(failure);
  return made;
}

}  // namespace

core::JobResult failed_at_hub(std::string code, std::string message, std::string next_step) {
  return result(JobState::Failed, {std::move(code), std::move(message), std::move(next_step), {}});
}

core::JobResult lost_by_agent() {
  return failed_at_hub(std::string(kLost),
                       "The agent no longer knows this job: its state directory was emptied or the host was restored.",
                       "Start the backup again.");
}

core::JobResult cancelled_at_hub(bool begun) {
  if (!begun)
    return result(JobState::Cancelled,
                  {std::string(kCancelled), "The job was cancelled before its agent had begun it.", "", {}});
  return result(JobState::Cancelled,
                {std::string(kCancelled),
                 "The job was cancelled at the hub: the host has no agent token any more, so its result is unknown.",
                 "Check on the host whether restic is still running.",
                 {}});
}

bool is_presumed(const core::Job& job) {
  if (!core::is_final(job.state) || !job.result || !job.result->failure) return false;
  const auto& code = job.result->failure->code;
  return code == kLost || code == kCancelled;
}

}  // namespace holdfast::fleet
