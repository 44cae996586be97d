#include "result.hpp"

namespace holdfast::restic {
namespace {

constexpr int kExitSomeUnreadable = 3;

std::optional<core::JobFailure> what_is_lacking(const Outcome& outcome) {
  if (outcome.absent.any()) return sources_absent(outcome.absent, true);
  if (outcome.unreadable > 0 || outcome.status.code == kExitSomeUnreadable) {
    return sources_unreadable(outcome.unreadable, outcome.first_unreadable);
  }
  return std::nullopt;
}

void judge_with_snapshot(const Outcome& outcome, core::JobResult& result) {
  result.summary = outcome.summary;
  result.failure = what_is_lacking(outcome);
  result.state = result.failure ? core::JobState::Partial : core::JobState::Succeeded;
}

void judge_without_snapshot(const Outcome& outcome, const Redactor& redactor, core::JobResult& result) {
  result.state = outcome.cancelled ? core::JobState::Cancelled : core::JobState::Failed;
  result.failure = outcome.cancelled ? cancelled() : classify(outcome.status, outcome.tail, redactor);
}

}  // namespace

core::JobResult judge(const Outcome& outcome, const Version& version, const Redactor& redactor) {
  core::JobResult result;
  result.exit_code = outcome.status.code;
  result.restic_version = version.text();
  const bool has_snapshot = outcome.summary && !outcome.summary->snapshot_id.empty();
  has_snapshot ? judge_with_snapshot(outcome, result) : judge_without_snapshot(outcome, redactor, result);
  return result;
}

}  // namespace holdfast::restic
