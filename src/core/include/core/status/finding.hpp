#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/status/backup_verdict.hpp"
#include "core/status/status_cause.hpp"
#include "core/time.hpp"

// What there is to say of a host, one thing each, with what it is about. Statuses are compared, counted and stored as
// findings; words are made of them last.
namespace holdfast::core {

namespace finding {

// The source groups that something is true of: empty where a host has but one.
struct Groups {
  std::string first;
  std::uint64_t others = 0;
  bool operator==(const Groups&) const = default;
};

struct Paused {
  bool operator==(const Paused&) const = default;
};

// Nothing came yet.
struct Waiting {
  bool for_agent = false;  // or else for a report
  bool operator==(const Waiting&) const = default;
};

struct Silence {
  enum class Missing { Report, Ping, Agent };
  Missing missing = Missing::Report;
  Time since;
  std::string refused;  // why reports are refused that came since; empty: none was
  bool operator==(const Silence&) const = default;
};

struct NeverReported {
  bool operator==(const NeverReported&) const = default;
};

struct PingFailed {
  std::string detail;
  bool operator==(const PingFailed&) const = default;
};

struct NoToken {
  bool operator==(const NoToken&) const = default;
};

struct Twins {
  std::string from;  // "from 192.0.2.1 and 192.0.2.7"
  bool operator==(const Twins&) const = default;
};

struct Unprotected {
  enum class Why { NoGoodBackupReported, NoReportOfBackups, NoSourceGroup, NothingSetUp, NoBackupYet, NoRepository };
  Why why = Why::NoBackupYet;
  bool operator==(const Unprotected&) const = default;
};

// There are source groups, and nowhere to back them up to.
struct NoRepository {
  bool operator==(const NoRepository&) const = default;
};

struct NeverBackedUp {
  Groups groups;
  bool operator==(const NeverBackedUp&) const = default;
};

struct ClockBehind {
  milliseconds by{0};  // to the minute, of days to the hour
  bool operator==(const ClockBehind&) const = default;
};

// In the words of the host.
struct HostReports {
  bool failure = false;  // or else a problem
  std::string issue;
  std::uint64_t more = 0;
  bool operator==(const HostReports&) const = default;
};

struct BackupTooOld {
  Groups groups;
  seconds limit{0};
  bool twice = false;  // past twice that limit
  bool operator==(const BackupTooOld&) const = default;
};

// What the host says of its last backup, where it is no word that is understood.
struct UnknownBackupWord {
  std::string word;
  bool operator==(const UnknownBackupWord&) const = default;
};

struct FailedBackups {
  Groups groups;
  std::int64_t count = 1;  // of several source groups: at least
  bool in_a_row = false;   // so many that the host is Down
  bool operator==(const FailedBackups&) const = default;
};

struct SuspiciousBackup {
  Groups groups;
  BackupVerdict verdict = BackupVerdict::Empty;
  std::uint64_t files = 0;
  std::uint64_t good_files = 0;  // in the last good one
  bool operator==(const SuspiciousBackup&) const = default;
};

struct IncompleteBackup {
  Groups groups;
  bool operator==(const IncompleteBackup&) const = default;
};

struct DiskFull {
  std::string mount;  // empty: the host names none
  std::int64_t percent = 0;
  bool operator==(const DiskFull&) const = default;
};

struct DiskFills {
  std::string mount;
  Time day;  // about when it will be full: the beginning of a day
  bool operator==(const DiskFills&) const = default;
};

struct TroubledContainers {
  std::uint64_t count = 0;
  std::string names;
  bool operator==(const TroubledContainers&) const = default;
};

}  // namespace finding

using Finding =
    std::variant<finding::Paused, finding::Waiting, finding::Silence, finding::NeverReported, finding::PingFailed,
                 finding::NoToken, finding::Twins, finding::Unprotected, finding::NoRepository, finding::NeverBackedUp,
                 finding::ClockBehind, finding::HostReports, finding::BackupTooOld, finding::UnknownBackupWord,
                 finding::FailedBackups, finding::SuspiciousBackup, finding::IncompleteBackup, finding::DiskFull,
                 finding::DiskFills, finding::TroubledContainers>;

StatusCause cause_of(const Finding& finding);
// Of the first, which is the most important one; None of none.
StatusCause cause_of(const std::vector<Finding>& findings);

// Words with moments in them: each reader is told a moment as suits, "since 2026-11-21T14:05:00Z" or "for 3 h".
using Words = std::vector<std::variant<std::string, Time>>;

// One sentence without a full stop: "No report since …; disk / is 99% full". Empty of none.
Words words_of(const std::vector<Finding>& findings);
// With moments as "since 2026-11-21T14:05:00Z".
std::string plain_text(const Words& words);

}  // namespace holdfast::core
