#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "redaction.hpp"
#include "restic/backup.hpp"
#include "runtime/subprocess.hpp"

// Why restic did not do what it was told, in words for people: what happened and what to do next.
namespace holdfast::restic {

// The last plain lines that restic wrote to stderr, with the secrets that they may hold: a short password is in many
// words, and without those nothing would be understood. Bounded.
class ErrorTail {
 public:
  void add(std::string line);
  const std::deque<std::string>& lines() const { return lines_; }

 private:
  std::deque<std::string> lines_;
};

// For a restic that ended without success and that nobody here cancelled. Never fails: what it does not know is
// "restic_failed", with the line that says most as detail. What it quotes of restic's words is clean of secrets.
core::JobFailure classify(const runtime::ExitStatus& status, const ErrorTail& tail, const Redactor& redactor);

// For a restic that was stopped because the repository did not answer in time.
core::JobFailure unanswered(const ErrorTail& tail, const Redactor& redactor);

core::JobFailure restic_missing(std::string_view program);
core::JobFailure restic_too_old(const Version& version);
// Sources that no snapshot can have. Clean of secrets.
struct AbsentSources {
  std::vector<std::string> missing;
  std::vector<std::string> silent;  // the file system does not answer
  bool any() const { return !missing.empty() || !silent.empty(); }
};
core::JobFailure sources_absent(const AbsentSources& sources, bool some_left);
// What is said of one of them: "/srv does not exist on this host."
std::string missing_sentence(const std::vector<std::string>& paths);
std::string silent_sentence(const std::vector<std::string>& paths);
core::JobFailure sources_unreadable(std::uint64_t count, std::string first);
core::JobFailure cancelled();
core::JobFailure internal(std::string detail);  // it is this program or this machine that failed, not restic

}  // namespace holdfast::restic
