#include "failure.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cstring>
#include <optional>
#include <span>

#include "core/text.hpp"
#include "version.hpp"

namespace holdfast::restic {
namespace {

constexpr std::size_t kMaxTail = 64;
constexpr std::size_t kMaxNamed = 3;

// What restic's exit codes mean since 0.17; before, all of these are 1.
constexpr int kExitNoRepository = 10;
constexpr int kExitLocked = 11;
constexpr int kExitWrongPassword = 12;
constexpr int kExitInterrupted = 130;

struct Explanation {
  std::string_view code;
  std::string_view message;
  std::string_view next_step;
};

constexpr Explanation kWrongPassword{"wrong_password", "The repository did not open with this password.",
                                     "Enter the password that the repository was made with."};
constexpr Explanation kRepositoryMissing{
    "repository_missing", "There is no repository at this address.",
    "Check the address and that its disk or server is there, or have the repository made with the first backup."};
constexpr Explanation kLocked{"locked", "The repository is locked by somebody else's work.",
                              "Wait until that has ended, then back up again."};
constexpr Explanation kNoSpace{"no_space", "There is no space left where the repository is, or on this host.",
                               "Free some space or add storage, then back up again."};
constexpr Explanation kServerLogin{
    "server_login", "The repository's server did not accept the login.",
    "Check the user and password, or key, for the repository's server and what they may do there."};
constexpr Explanation kServerUntrusted{"server_untrusted",
                                       "The repository's server could not prove that it is the right one.",
                                       "Check the server's certificate or host key, and that this host trusts it."};
constexpr Explanation kUnreachable{"unreachable", "The repository's server could not be reached.",
                                   "Check that the server is running and that this host can connect to it."};
constexpr Explanation kNoPermission{"no_permission", "restic was not allowed to use a folder that it needs.",
                                    "Give the agent's user the right to read and write the repository's folder."};
constexpr Explanation kSourceMissing{"source_missing", "None of the folders to back up is there.",
                                     "Check the paths, and that the disks they are on are mounted."};
constexpr Explanation kSourceSilent{"source_silent", "The folders to back up do not answer.",
                                    "Check that the servers they are on can be reached, then back up again."};
constexpr Explanation kInterrupted{"killed", "restic was interrupted by somebody else before it was done.",
                                   "Check whether the host was shutting down, then back up again."};
constexpr Explanation kUnknown{"restic_failed", "restic stopped with an error.",
                               "Read the log of this job; its last lines say what restic could not do."};

// A piece of a line, in lower case, that tells what is wrong.
struct Sign {
  std::string_view text;
  const Explanation* explanation;
};

// Each means the same wherever it stands. Within one line the first one here counts.
constexpr auto kSigns = std::to_array<Sign>({
    {"already locked", &kLocked},
    {"wrong password or no key found", &kWrongPassword},
    {"an empty password is not a password", &kWrongPassword},
    {"no space left on device", &kNoSpace},
    {"disk quota exceeded", &kNoSpace},
    {"507 insufficient storage", &kNoSpace},
    {"(507)", &kNoSpace},
    {"401 unauthorized", &kServerLogin},
    {"403 forbidden", &kServerLogin},
    {"(401)", &kServerLogin},
    {"(403)", &kServerLogin},
    {"permission denied (", &kServerLogin},  // ssh: "Permission denied (publickey,password)."
    {"host key verification failed", &kServerUntrusted},
    {"x509:", &kServerUntrusted},
    {"connection refused", &kUnreachable},
    {"connection reset", &kUnreachable},
    {"connection timed out", &kUnreachable},
    {"no such host", &kUnreachable},
    {"could not resolve hostname", &kUnreachable},
    {"no route to host", &kUnreachable},
    {"network is unreachable", &kUnreachable},
    {"i/o timeout", &kUnreachable},
    {"tls handshake timeout", &kUnreachable},
    {"deadline exceeded", &kUnreachable},
    {"permission denied", &kNoPermission},
    {"source directories/files do not exist", &kSourceMissing},
    {"target directories/files do not exist", &kSourceMissing},
    {"signal interrupt received", &kInterrupted},
    {"signal terminated received", &kInterrupted},
});

// These follow other trouble too, so they count only when no line has one of the above.
constexpr auto kWeakSigns = std::to_array<Sign>({
    {"repository does not exist", &kRepositoryMissing},
    {"is there a repository at the following location?", &kRepositoryMissing},
    {"unable to start the sftp session", &kUnreachable},
});

struct Finding {
  const Explanation* explanation;
  std::string_view line;
};

const Explanation* find_sign(std::span<const Sign> signs, std::string_view line) {
  const auto lower = core::to_lower_ascii(line);
  for (const auto& sign : signs) {
    if (lower.contains(sign.text)) return sign.explanation;
  }
  return nullptr;
}

// The last line with a sign: earlier ones may be of attempts that restic repeated with success.
std::optional<Finding> find_last(std::span<const Sign> signs, const ErrorTail& tail) {
  for (auto line = tail.lines().rbegin(); line != tail.lines().rend(); ++line) {
    if (const auto* explanation = find_sign(signs, *line)) return Finding{explanation, *line};
  }
  return std::nullopt;
}

// The line that says most when none is understood.
std::string_view most_telling(const ErrorTail& tail) {
  for (auto line = tail.lines().rbegin(); line != tail.lines().rend(); ++line) {
    if (line->starts_with("Fatal:") || line->starts_with("panic:")) return *line;
  }
  return tail.lines().empty() ? std::string_view() : std::string_view(tail.lines().back());
}

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
    if (find_sign(kSigns, line) == explanation) return line;
  }
  return most_telling(tail);
}

Finding find_reason(const runtime::ExitStatus& status, const ErrorTail& tail) {
  if (const auto* known = explain_exit_code(status.code)) return {known, line_for(known, tail)};
  if (const auto found = find_last(kSigns, tail)) return *found;
  if (const auto found = find_last(kWeakSigns, tail)) return {found->explanation, most_telling(tail)};
  return {&kUnknown, most_telling(tail)};
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

core::JobFailure killed(int signal, std::string detail) {
  const auto* name = sigabbrev_np(signal);
  return {"killed", fmt::format("restic was killed by signal {} (SIG{}).", signal, name ? name : "?"),
          "Check whether the host ran out of memory or was shutting down, then back up again.", std::move(detail)};
}

std::string name_some(const std::vector<std::string>& names) {
  const auto shown = std::span(names).first(std::min(names.size(), kMaxNamed));
  const auto rest = names.size() - shown.size();
  return rest ? fmt::format("{} and {} more", fmt::join(shown, ", "), rest) : fmt::format("{}", fmt::join(shown, ", "));
}

}  // namespace

void ErrorTail::add(std::string line) {
  if (line.empty()) return;
  lines_.push_back(std::move(line));
  if (lines_.size() > kMaxTail) lines_.pop_front();
}

core::JobFailure classify(const runtime::ExitStatus& status, const ErrorTail& tail, const Redactor& redactor) {
  if (status.signal) return killed(*status.signal, redactor.clean(most_telling(tail)));
  const auto [explanation, line] = find_reason(status, tail);
  return explanation == &kLocked ? locked(line, redactor) : explained(*explanation, redactor.clean(line));
}

core::JobFailure restic_missing(std::string_view program) {
  return {"restic_missing", fmt::format("The program {} is not on this host, or does not run.", program),
          fmt::format("Install restic {} or newer on this host, then back up again.", kOldestVersion.text()), ""};
}

core::JobFailure restic_too_old(const Version& version) {
  return {"restic_too_old", fmt::format("This host has restic {}, which is too old.", version.text()),
          fmt::format("Install restic {} or newer on this host, then back up again.", kOldestVersion.text()), ""};
}

std::string missing_sentence(const std::vector<std::string>& paths) {
  return fmt::format("{} {} not exist on this host.", name_some(paths), paths.size() == 1 ? "does" : "do");
}

std::string silent_sentence(const std::vector<std::string>& paths) {
  if (paths.size() == 1) return fmt::format("{} does not answer; is it a network folder that is away?", paths.front());
  return fmt::format("{} do not answer; are they network folders that are away?", name_some(paths));
}

core::JobFailure sources_absent(const AbsentSources& sources, bool some_left) {
  std::vector<std::string> sentences;
  if (!sources.missing.empty()) sentences.push_back(missing_sentence(sources.missing));
  if (!sources.silent.empty()) sentences.push_back(silent_sentence(sources.silent));
  if (some_left) sentences.emplace_back("The snapshot has the rest.");
  auto message = fmt::format("{}", fmt::join(sentences, " "));
  const auto& explanation = sources.missing.empty() ? kSourceSilent : kSourceMissing;
  return {std::string(explanation.code), std::move(message), std::string(explanation.next_step), ""};
}

core::JobFailure sources_unreadable(std::uint64_t count, std::string first) {
  auto what = fmt::format("{} files or folders", count);
  if (count == 0) what = "Some files or folders";
  if (count == 1) what = "One file or folder";
  return {"sources_unreadable", fmt::format("{} could not be read; the snapshot has the rest.", what),
          "See the log for their names; give the agent the right to read them, or exclude them.", std::move(first)};
}

core::JobFailure unanswered(const ErrorTail& tail, const Redactor& redactor) {
  return explained(kUnreachable, redactor.clean(most_telling(tail)));
}

core::JobFailure cancelled() {
  return {"cancelled", "The backup was cancelled before it made a snapshot.", "Back up again when it suits.", ""};
}

core::JobFailure internal(std::string detail) {
  return {"internal", "The agent could not run restic.",
          "Check that the agent's folders are writable and have space, then back up again.", std::move(detail)};
}

}  // namespace holdfast::restic
