#pragma once

#include <string>
#include <string_view>
#include <system_error>

#include "output/redaction.hpp"
#include "process/error_tail.hpp"
#include "restic/backup/backup.hpp"
#include "runtime/process/subprocess.hpp"

// Why restic did not do what it was told, in words for people: what happened and what to do next.
namespace holdfast::restic {

// For a restic that ended without success and that nobody here cancelled. Never fails: what it does not know is
// "restic_failed", with the line that says most as detail. What it quotes of restic's words is clean of secrets.
core::JobFailure classify(const runtime::ExitStatus& status, const ErrorTail& tail, const Redactor& redactor);

// For a restic that was stopped because the repository did not answer in time, or tried again what cannot succeed.
core::JobFailure unanswered(const ErrorTail& tail, const Redactor& redactor);

core::JobFailure restic_missing(std::string_view program);
core::JobFailure restic_too_old(const Version& version);
// Files and folders that could not be read; what restic said of one of them.
core::JobFailure sources_unreadable(std::uint64_t count, std::string first);
// What restic said of what it could not read of the repository.
core::JobFailure repository_damaged(std::string detail);
// A snapshot with nothing in it, and why that may be.
core::JobFailure no_files(std::string_view reasons, std::string detail);
// It made a snapshot, and then ended in another way than well.
core::JobFailure ended_badly(const runtime::ExitStatus& status, const ErrorTail& tail, const Redactor& redactor);
core::JobFailure cancelled();
// It was cancelled when the snapshot was there already.
core::JobFailure cancelled_late();
core::JobFailure internal(std::string detail);  // it is this program or this machine that failed, not restic
core::JobFailure internal(const std::system_error& error, const Redactor& redactor);

}  // namespace holdfast::restic
