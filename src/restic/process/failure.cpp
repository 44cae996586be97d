#include "process/failure.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "process/failure_signs.hpp"
#include "process/version.hpp"

namespace holdfast::restic {
namespace {

// What restic's exit codes mean since 0.17; before, all of these are 1.
constexpr int kExitNoRepository = 10;
constexpr int kExitLocked = 11;
constexpr int kExitWrongPassword = 12;
constexpr int kExitInterrupted = 130;

constexpr Explanation kNoSnapshot{"no_snapshot", "restic ended without an error and without a snapshot.",
                                  "Check that the program that the agent runs as restic is restic itself, or hands on "
                                  "all that restic prints."};

const Explanation* explain_exit_code(std::optional<int> code) {
  if (code == kExitNoRepository) return &kRepositoryMissing;
  if (code == kExitLocked) return &kLocked;
  if (code == kExitWrongPassword) return &kWrongPassword;
  if (code == kExitInterrupted) return &kInterrupted;
  return nullptr;
}

// The line behind what an exit code says, if there is one.
std::string_view line_for(const Explanation* explanation, const ErrorTail& tail) {
  for (const auto& line : tail.lines()) {
    if (find_sign(line) == explanation) return line;
  }
  return most_telling(tail);
}

Finding explain(const runtime::ExitStatus& status, const ErrorTail& tail) {
  if (const auto* known = explain_exit_code(status.code)) return {known, line_for(known, tail)};
  const auto found = find_reason(tail);
  if (found.explanation == &kRepositoryMissing) return {found.explanation, most_telling(tail)};
  if (found.explanation) return found;
  return {status.ok() ? &kNoSnapshot : &kUnknown, most_telling(tail)};
}

// "process 123 on host-1" from "repository is already locked exclusively by PID 123 on host-1 by root (UID 0, GID 0)".
std::optional<std::string> lock_holder(std::string_view line, const Redactor& redactor) {
  constexpr std::string_view kMark = " by PID ";
  const auto mark = line.find(kMark);
  if (mark == std::string_view::npos) return std::nullopt;
  const auto holder = line.substr(mark + kMark.size());
  const auto end = holder.find(" by ");
  return fmt::format("process {}", redactor.clean(holder.substr(0, end)));
}

core::JobFailure explained(const Explanation& explanation, std::string detail) {
  return {std::string(explanation.code), std::string(explanation.message), std::string(explanation.next_step),
          std::move(detail)};
}

core::JobFailure locked(std::string_view line, const Redactor& redactor) {
  auto failure = explained(kLocked, redactor.clean(line));
  const auto holder = lock_holder(line, redactor);
  if (!holder) return failure;
  failure.message = fmt::format("The repository is locked by {}.", *holder);
  failure.next_step = fmt::format(
      "Wait until {} has ended, then back up again; if it no longer runs, remove its lock with \"restic unlock\" "
      "there.",
      *holder);
  return failure;
}

std::string signal_words(int signal) {
  const auto* name = sigabbrev_np(signal);
  return fmt::format("signal {} (SIG{})", signal, name ? name : "?");
}

core::JobFailure killed(int signal, std::string detail) {
  return {"killed", fmt::format("restic was killed by {}.", signal_words(signal)),
          "Check whether the host ran out of memory or was shutting down, then back up again.", std::move(detail)};
}

}  // namespace

core::JobFailure classify(const runtime::ExitStatus& status, const ErrorTail& tail, const Redactor& redactor) {
  if (status.signal) return killed(*status.signal, redactor.clean(most_telling(tail)));
  const auto [explanation, line] = explain(status, tail);
  return explanation == &kLocked ? locked(line, redactor) : explained(*explanation, redactor.clean(line));
}

core::JobFailure unanswered(const ErrorTail& tail, const Redactor& redactor) {
  const auto found = find_reason(tail);
  if (!found.explanation) return explained(kUnreachable, redactor.clean(most_telling(tail)));
  return explained(*found.explanation, redactor.clean(found.line));
}

core::JobFailure restic_missing(std::string_view program) {
  return {"restic_missing", fmt::format("The program {} is not on this host, or does not run.", program),
          fmt::format("Install restic {} or newer on this host, then back up again.", kOldestVersion.text()), ""};
}

core::JobFailure restic_too_old(const Version& version) {
  return {"restic_too_old", fmt::format("This host has restic {}, which is too old.", version.text()),
          fmt::format("Install restic {} or newer on this host, then back up again.", kOldestVersion.text()), ""};
}

core::JobFailure sources_unreadable(std::uint64_t count, std::string first) {
  auto what = fmt::format("{} files or folders", count);
  if (count == 0) what = "Some files or folders";
  if (count == 1) what = "One file or folder";
  return {"sources_unreadable", fmt::format("{} could not be read; the snapshot has the rest.", what),
          "See the log for their names; give the agent the right to read them, or exclude them.", std::move(first)};
}

core::JobFailure repository_damaged(std::string detail) {
  return explained(kRepositoryDamaged, std::move(detail));
}

core::JobFailure no_files(std::string_view reasons, std::string detail) {
  return {"no_files", fmt::format("The snapshot has no file in it.{}{}", reasons.empty() ? "" : " ", reasons),
          "Check that the disk of each source is mounted, that the agent may read it, and that the exclude patterns "
          "leave something.",
          std::move(detail)};
}

core::JobFailure ended_badly(const runtime::ExitStatus& status, const ErrorTail& tail, const Redactor& redactor) {
  const auto how = status.signal ? "was then killed by " + signal_words(*status.signal)
                                 : fmt::format("then ended with exit code {}", status.code.value_or(-1));
  return {
      "ended_badly", fmt::format("restic made a snapshot and {}.", how),
      "Read the last lines of the log, and run \"restic check\" on the repository before you rely on this snapshot.",
      redactor.clean(most_telling(tail))};
}

core::JobFailure cancelled() {
  return {"cancelled", "The backup was cancelled before it made a snapshot.", "Back up again when it suits.", ""};
}

core::JobFailure cancelled_late() {
  return {"cancelled_late", "The backup was cancelled when its snapshot had been made already.",
          "Back up again when it suits.", ""};
}

core::JobFailure internal(std::string detail) {
  return {"internal", "The agent could not run restic.",
          "Check that the agent's folders are writable and have space, then back up again.", std::move(detail)};
}

core::JobFailure internal(const std::system_error& error, const Redactor& redactor) {
  auto detail = redactor.clean(error.what());
  const int number = error.code().value();
  return number == EMFILE || number == ENFILE ? explained(kTooManyFiles, std::move(detail))
                                              : internal(std::move(detail));
}

}  // namespace holdfast::restic
