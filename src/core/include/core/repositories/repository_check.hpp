#pragma once

#include <optional>
#include <string_view>

#include "core/jobs/job.hpp"

// What a host finds when it tries a repository out.
namespace holdfast::core {

// In this order; each needs the ones before it.
enum class CheckStep {
  Reached,  // the server or folder answers
  Created,  // restic made the repository: only when that was asked for and there was none
  Opened,   // the password fits
  Written,
  Deleted,
};
enum class StepState { Passed, Failed, Skipped };

struct CheckedStep {
  CheckStep step = CheckStep::Reached;
  StepState state = StepState::Skipped;
  std::optional<JobFailure> failure;  // why it failed, or was skipped if that is not clear from the steps before

  bool operator==(const CheckedStep&) const = default;
};

std::string_view to_text(CheckStep step);   // "reached", "created", …
std::string_view to_text(StepState state);  // "passed", "failed", "skipped"
std::optional<CheckStep> parse_check_step(std::string_view text);
std::optional<StepState> parse_step_state(std::string_view text);

}  // namespace holdfast::core
