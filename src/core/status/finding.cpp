#include "core/status/finding.hpp"

#include <fmt/format.h>

#include "text/ascii.hpp"
#include "text/duration.hpp"
#include "text/time.hpp"

// A finding becomes words here, and a cause; both by its type, so that a new kind of finding does not compile without.
namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

struct CauseOf {
  StatusCause operator()(const finding::Paused&) const { return StatusCause::None; }
  StatusCause operator()(const finding::Waiting&) const { return StatusCause::None; }
  StatusCause operator()(const finding::Silence&) const { return StatusCause::Silence; }
  StatusCause operator()(const finding::NeverReported&) const { return StatusCause::Silence; }
  StatusCause operator()(const finding::PingFailed&) const { return StatusCause::Health; }
  StatusCause operator()(const finding::NoToken&) const { return StatusCause::Token; }
  StatusCause operator()(const finding::Twins&) const { return StatusCause::Health; }
  StatusCause operator()(const finding::Unprotected&) const { return StatusCause::Unprotected; }
  StatusCause operator()(const finding::NoRepository&) const { return StatusCause::SourceGroup; }
  StatusCause operator()(const finding::NeverBackedUp&) const { return StatusCause::SourceGroup; }
  StatusCause operator()(const finding::ClockBehind&) const { return StatusCause::Health; }
  StatusCause operator()(const finding::HostReports&) const { return StatusCause::Health; }
  StatusCause operator()(const finding::BackupTooOld&) const { return StatusCause::BackupAge; }
  StatusCause operator()(const finding::UnknownBackupWord&) const { return StatusCause::Runs; }
  StatusCause operator()(const finding::FailedBackups&) const { return StatusCause::Runs; }
  StatusCause operator()(const finding::SuspiciousBackup&) const { return StatusCause::Suspicious; }
  StatusCause operator()(const finding::IncompleteBackup&) const { return StatusCause::Partial; }
  StatusCause operator()(const finding::DiskFull&) const { return StatusCause::Disk; }
  StatusCause operator()(const finding::DiskFills&) const { return StatusCause::Disk; }
  StatusCause operator()(const finding::TroubledContainers&) const { return StatusCause::Containers; }
};

// "2026-11-21T14:05:00Z"
std::string moment_text(Time time) {
  constexpr std::size_t kSecondsEnd = 19;
  return text::format_time(time).substr(0, kSecondsEnd) + "Z";
}

std::string behind_text(milliseconds behind) {
  const auto years = std::chrono::floor<std::chrono::years>(behind).count();
  return years < 2 ? text::format_duration(behind) : fmt::format("{} years", years);
}

// "db and 2 more"
std::string names_of(const finding::Groups& groups) {
  return groups.others == 0 ? groups.first : fmt::format("{} and {} more", groups.first, groups.others);
}

// " of db" where there is more than one.
std::string of(const finding::Groups& groups) {
  return groups.first.empty() ? std::string() : fmt::format(" of {}", names_of(groups));
}

std::string with_detail(std::string_view fact, std::string_view detail) {
  return detail.empty() ? std::string(fact) : fmt::format("{}: {}", fact, detail);
}

std::string disk_text(std::string_view mount) {
  return mount.empty() ? "The fullest disk" : fmt::format("Disk {}", mount);
}

std::string_view text_of(finding::Unprotected::Why why) {
  switch (why) {
    using enum finding::Unprotected::Why;
    case NoGoodBackupReported:
      return "no good backup reported";
    case NoReportOfBackups:
      return "no backup reported";
    case NoSourceGroup:
      return "no source group";
    case NothingSetUp:
      return "no source group and no repository";
    case NoBackupYet:
      return "no backup yet";
    case NoRepository:
      return "no repository";
  }
  return {};
}

std::string_view text_of(finding::Silence::Missing missing) {
  switch (missing) {
    case finding::Silence::Missing::Report:
      return "No report ";
    case finding::Silence::Missing::Ping:
      return "No ping ";
    case finding::Silence::Missing::Agent:
      return "Not heard from ";
  }
  return {};
}

struct WordsOf {
  Words operator()(const finding::Paused&) const { return {"Paused"}; }
  Words operator()(const finding::Waiting& f) const {
    return {f.for_agent ? "Waiting for the agent to connect" : "Waiting for the first report"};
  }
  Words operator()(const finding::Silence& f) const {
    Words words{std::string(text_of(f.missing)), f.since};
    if (!f.refused.empty()) words.emplace_back(fmt::format("; its reports are refused: {}", f.refused));
    return words;
  }
  Words operator()(const finding::NeverReported&) const { return {"The agent has never sent a report"}; }
  Words operator()(const finding::PingFailed& f) const {
    return {with_detail("The last ping tells of a failure", f.detail)};
  }
  Words operator()(const finding::NoToken&) const { return {"No valid agent token"}; }
  Words operator()(const finding::Twins& f) const {
    return {fmt::format("Two agents use the identity of this host, {}: enrol one of them again", f.from)};
  }
  Words operator()(const finding::Unprotected& f) const { return {fmt::format("Unprotected: {}", text_of(f.why))}; }
  Words operator()(const finding::NoRepository&) const { return {"Nothing is backed up: no repository"}; }
  Words operator()(const finding::NeverBackedUp& f) const {
    return {fmt::format("No backup of {} yet", names_of(f.groups))};
  }
  Words operator()(const finding::ClockBehind& f) const {
    return {fmt::format("Its clock is behind by {}", behind_text(f.by))};
  }
  Words operator()(const finding::HostReports& f) const {
    if (f.issue.empty()) return {f.failure ? "The host reports a failure" : "The host reports a problem"};
    if (f.more == 0) return {fmt::format("The host reports: {}", f.issue)};
    return {fmt::format("The host reports: {}, and {} more", f.issue, f.more)};
  }
  Words operator()(const finding::BackupTooOld& f) const {
    return {fmt::format("Last good backup{} is past {} limit of {}", of(f.groups), f.twice ? "twice its" : "its",
                        text::format_duration(f.limit))};
  }
  Words operator()(const finding::UnknownBackupWord& f) const {
    return {fmt::format("Reported of the last backup: {}", f.word)};
  }
  Words operator()(const finding::FailedBackups& f) const {
    const bool several = f.groups.others > 0;
    if (f.in_a_row && several)
      return {fmt::format("Backups{} failed at least {} times in a row", of(f.groups), f.count)};
    if (f.in_a_row) return {fmt::format("Backup{} failed {} times in a row", of(f.groups), f.count)};
    if (f.count == 1 || several) return {fmt::format("The last backup{} failed", of(f.groups))};
    return {fmt::format("The last {} backups{} failed", f.count, of(f.groups))};
  }
  // Of several the details differ, and are left to their jobs.
  Words operator()(const finding::SuspiciousBackup& f) const {
    if (f.groups.others > 0) return {fmt::format("The last backup{} is suspicious", of(f.groups))};
    if (f.verdict == BackupVerdict::Shrunken)
      return {fmt::format("The last backup{} has {} files, the last good one {}", of(f.groups), f.files, f.good_files)};
    return {fmt::format("The last backup{} has no files", of(f.groups))};
  }
  Words operator()(const finding::IncompleteBackup& f) const {
    return {fmt::format("The last backup{} is incomplete", of(f.groups))};
  }
  Words operator()(const finding::DiskFull& f) const {
    return {fmt::format("{} is {}% full", disk_text(f.mount), f.percent)};
  }
  Words operator()(const finding::DiskFills& f) const {
    return {fmt::format("{} will be full about {}", disk_text(f.mount), text::format_day(f.day))};
  }
  Words operator()(const finding::TroubledContainers& f) const {
    return {with_detail(
        f.count == 1 ? "1 container is in trouble" : fmt::format("{} containers are in trouble", f.count), f.names)};
  }
};

// "; disk / is 99% full": all words of a finding begin with text.
Words continued(Words words) {
  auto& first = std::get<std::string>(words.front());
  first = "; " + text::to_lower_ascii(first.substr(0, 1)) + first.substr(1);
  return words;
}

}  // namespace

StatusCause cause_of(const Finding& finding) {
  return std::visit(CauseOf(), finding);
}

StatusCause cause_of(const std::vector<Finding>& findings) {
  return findings.empty() ? StatusCause::None : cause_of(findings.front());
}

Words words_of(const std::vector<Finding>& findings) {
  Words all;
  for (const auto& finding : findings) {
    auto words = std::visit(WordsOf(), finding);
    if (!all.empty()) words = continued(std::move(words));
    all.insert(all.end(), words.begin(), words.end());
  }
  return all;
}

std::string plain_text(const Words& words) {
  std::string text;
  for (const auto& word : words) {
    const auto* moment = std::get_if<Time>(&word);
    text += moment ? "since " + moment_text(*moment) : std::get<std::string>(word);
  }
  return text;
}

}  // namespace holdfast::core
