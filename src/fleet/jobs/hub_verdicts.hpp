#pragma once

#include "core/jobs/job_record.hpp"
#include "store/jobs/jobs.hpp"

// What the hub says of a job in its agent's place.
namespace holdfast::fleet {

core::JobResult failed_at_hub(std::string code, std::string message, std::string next_step);
// Of a job that had begun, and that its agent does not know.
core::JobResult lost_by_agent();
// Of a job that nobody will tell of: it had not begun, or its host has no agent token any more.
core::JobResult cancelled_at_hub(bool begun);

// Whether the hub said so in its agent's place: the agent's own word, should it come, is the true one.
bool is_presumed(const core::Job& job);

}  // namespace holdfast::fleet
