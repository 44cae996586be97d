#include "output/result.hpp"

namespace holdfast::restic {
namespace {

constexpr int kExitSomeUnreadable = 3;

bool ended_well(const runtime::ExitStatus& status) {
  return status.code == 0 || status.code == kExitSomeUnreadable;
}

// Exit code 3 without a word of what it is about; files that vanished are no reason.
bool lacks_something_unknown(const Outcome& outcome) {
  return outcome.status.code == kExitSomeUnreadable && outcome.vanished == 0;
}

// The worst first.
std::optional<core::JobFailure> what_is_lacking(const Outcome& outcome, const Redactor& redactor) {
  if (!outcome.damage.empty()) return repository_damaged(outcome.damage);
  if (outcome.summary->files_processed == 0) return no_files(sentences_of(outcome.troubles), outcome.first_unreadable);
  if (!ended_well(outcome.status))
    return outcome.cancelled ? cancelled_late() : ended_badly(outcome.status, outcome.tail, redactor);
  if (!outcome.troubles.empty()) return sources_failure(outcome.troubles, true);
  if (outcome.unreadable > 0 || lacks_something_unknown(outcome))
    return sources_unreadable(outcome.unreadable, outcome.first_unreadable);
  return std::nullopt;
}

void judge_with_snapshot(const Outcome& outcome, const Redactor& redactor, core::JobResult& result) {
  result.outcome = core::BackupOutcome{outcome.summary};
  result.failure = what_is_lacking(outcome, redactor);
  result.state = result.failure ? core::JobState::Partial : core::JobState::Succeeded;
}

core::JobFailure why_no_snapshot(const Outcome& outcome, const Redactor& redactor) {
  if (outcome.cancelled) return cancelled();
  return outcome.given_up ? unanswered(outcome.tail, redactor) : classify(outcome.status, outcome.tail, redactor);
}

}  // namespace

core::JobResult judge(const Outcome& outcome, const Version& version, const Redactor& redactor) {
  core::JobResult result;
  result.exit_code = outcome.status.code;
  result.restic_version = version.text();
  if (outcome.has_snapshot()) {
    judge_with_snapshot(outcome, redactor, result);
  } else {
    result.state = outcome.cancelled ? core::JobState::Cancelled : core::JobState::Failed;
    result.failure = why_no_snapshot(outcome, redactor);
  }
  return result;
}

}  // namespace holdfast::restic
