#include "core/repositories/repository_check.hpp"

#include "names.hpp"

namespace holdfast::core {
namespace {

constexpr Names<CheckStep, 5> kSteps{{
    {CheckStep::Reached, "reached"},
    {CheckStep::Created, "created"},
    {CheckStep::Opened, "opened"},
    {CheckStep::Written, "written"},
    {CheckStep::Deleted, "deleted"},
}};
constexpr Names<StepState, 3> kStates{{
    {StepState::Passed, "passed"},
    {StepState::Failed, "failed"},
    {StepState::Skipped, "skipped"},
}};

}  // namespace

std::string_view to_text(CheckStep step) {
  return name_of(kSteps, step);
}
std::string_view to_text(StepState state) {
  return name_of(kStates, state);
}
std::optional<CheckStep> parse_check_step(std::string_view text) {
  return value_of(kSteps, text);
}
std::optional<StepState> parse_step_state(std::string_view text) {
  return value_of(kStates, text);
}

}  // namespace holdfast::core
