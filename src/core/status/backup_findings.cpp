#include <fmt/format.h>

#include <algorithm>

#include "core/status/limits.hpp"
#include "status/finding.hpp"

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

// A limit as people set it: "26 h", "3 d", "90 min".
std::string limit_text(std::chrono::seconds limit) {
  const auto count = limit.count();
  if (count % 86400 == 0 && count > 86400) return fmt::format("{} d", count / 86400);
  if (count % 3600 == 0) return fmt::format("{} h", count / 3600);
  return count % 60 == 0 ? fmt::format("{} min", count / 60) : fmt::format("{} s", count);
}

// A report cannot know of a backup after itself: where its clock is ahead, the moment it was heard counts.
std::optional<Time> reported_backup(const HostFactsForStatus& facts) {
  if (!facts.figures || !facts.figures->backup_at) return std::nullopt;
  return std::min(*facts.figures->backup_at, facts.heard_at.value_or(Time::max()));
}

// "of a backup": the one that the host's report speaks of, as if it were of a source group.
SourceGroupFacts reported_group(const HostFactsForStatus& facts) {
  SourceGroupFacts group;
  group.last_good_at = reported_backup(facts);
  // A host that can only call an address does so when it is done, and its pings alone are expected.
  if (is_known_by_pings_only(facts) && !facts.ping->failed) group.last_good_at = facts.ping->at;
  const auto word = facts.figures ? read_backup_word(facts.figures->backup_status) : BackupWord::Unknown;
  if (word == BackupWord::Failed) group.runs = {JobState::Failed};
  if (word == BackupWord::Partial) group.runs = {JobState::Partial};
  return group;
}

// "db and 2 more"
std::string name_groups(const SourceGroupFacts& first, std::size_t others) {
  return others == 0 ? quote(first.name) : fmt::format("{} and {} more", quote(first.name), others);
}

// " of db" where there is more than one.
std::string of_group(const HostFactsForStatus& facts, const SourceGroupFacts& group, std::size_t others) {
  return facts.groups.size() > 1 ? fmt::format(" of {}", name_groups(group, others)) : std::string();
}

// Source groups that have the same kind of trouble are one finding, which names the first and counts the others.
template <class Judge>
void judge_each(std::vector<Finding>& findings, const std::vector<SourceGroupFacts>& groups, Judge judge) {
  struct Kind {
    Finding finding;
    const SourceGroupFacts* first;
    std::size_t others;
  };
  std::vector<Kind> kinds;
  for (const auto& group : groups) {
    auto finding = judge(group, 0);
    if (finding.state == HostState::Ok) continue;
    const auto same = std::ranges::find_if(kinds, [&](const Kind& kind) {
      return kind.finding.state == finding.state && kind.finding.cause == finding.cause;
    });
    if (same != kinds.end())
      ++same->others;
    else
      kinds.push_back({std::move(finding), &group, 0});
  }
  for (auto& [finding, first, others] : kinds)
    findings.push_back(others == 0 ? std::move(finding) : judge(*first, others));
}

Finding judge_backup_age(const HostFactsForStatus& facts, const SourceGroupFacts& group, std::size_t others,
                         const StatusLimits& limits, Time now) {
  if (!group.last_good_at || is_known_by_pings_only(facts)) return {};
  const auto since = *group.last_good_at + time_away(facts);
  const auto limit = backup_age_limit(group, limits);
  if (now < since + limit) return {};
  const bool twice = now >= since + 2 * limit;
  return {twice ? HostState::Down : HostState::Warning,
          fmt::format("Last good backup{} is past {} limit of {}", of_group(facts, group, others),
                      twice ? "twice its" : "its", limit_text(limit)),
          StatusCause::BackupAge};
}

// How many of the newest finished runs failed in a row; cancelled and unfinished ones do not count.
int failures_in_a_row(const std::vector<JobState>& runs) {
  int failures = 0;
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    if (*run == JobState::Succeeded || *run == JobState::Partial) break;
    failures += *run == JobState::Failed;
  }
  return failures;
}

// What the host's report says of its last run where that is none of the words that are understood.
std::string unknown_word(const HostFactsForStatus& facts) {
  if (!facts.figures || !facts.groups.empty() || !facts.needs_backup) return {};
  const bool known = read_backup_word(facts.figures->backup_status) != BackupWord::Unknown;
  return known ? std::string() : quote(facts.figures->backup_status);
}

Finding judge_word(const HostFactsForStatus& facts) {
  const auto word = unknown_word(facts);
  if (word.empty()) return {};
  return {HostState::Warning, fmt::format("The host says of its last backup: {}", word), StatusCause::Runs};
}

// Of several the details differ, and are left to their jobs.
Finding judge_failures(const std::string& of, std::size_t others, int failures, const StatusLimits& limits) {
  const auto state = failures >= limits.failures_down ? HostState::Down : HostState::Warning;
  if (state == HostState::Down && failures > 1)
    return {state,
            others == 0
                ? fmt::format("Backup{} failed {} times in a row", of, failures)
                : fmt::format("Backups{} failed at least {} times in a row", of, std::max(limits.failures_down, 1)),
            StatusCause::Runs};
  if (failures == 1 || others > 0) return {state, fmt::format("The last backup{} failed", of), StatusCause::Runs};
  return {state, fmt::format("The last {} backups{} failed", failures, of), StatusCause::Runs};
}

Finding judge_size(const std::string& of, std::size_t others, const SourceGroupFacts& group) {
  auto text = fmt::format("The last backup{} has no files", of);
  if (group.last_verdict == BackupVerdict::Shrunken)
    text = fmt::format("The last backup{} has {} files, the last good one {}", of, group.files, group.good_files);
  if (others > 0) text = fmt::format("The last backup{} is suspicious", of);
  return {HostState::Warning, std::move(text), StatusCause::Suspicious};
}

Finding judge_runs(const HostFactsForStatus& facts, const SourceGroupFacts& group, std::size_t others,
                   const StatusLimits& limits) {
  const auto of = [&] { return of_group(facts, group, others); };
  if (const int failures = failures_in_a_row(group.runs); failures > 0)
    return judge_failures(of(), others, failures, limits);
  if (group.last_verdict == BackupVerdict::Empty || group.last_verdict == BackupVerdict::Shrunken)
    return judge_size(of(), others, group);
  if (group.runs.empty() || group.runs.back() != JobState::Partial || group.last_verdict == BackupVerdict::Good)
    return {};
  return {HostState::Warning, fmt::format("The last backup{} is incomplete", of()), StatusCause::Partial};
}

std::string_view why_unprotected(const HostFactsForStatus& facts) {
  const bool reported = facts.figures && speaks_of_backups(*facts.figures);
  if (facts.groups.empty() && reported) return "the host reports no good backup";
  if (!facts.enrolled) return "no report tells of a backup";
  if (facts.groups.empty()) return facts.has_repository ? "no source group" : "no source group and no repository";
  return facts.has_repository ? "no backup yet" : "no repository";
}

}  // namespace

milliseconds time_away(const HostFactsForStatus& facts) {
  if (!facts.silent_since || !facts.heard_at) return milliseconds(0);
  return std::max(*facts.silent_since - *facts.heard_at, milliseconds(0));
}

std::chrono::seconds backup_age_limit(const SourceGroupFacts& group, const StatusLimits& limits) {
  LimitSet own;
  own.backup_age = group.backup_age;
  const bool counts = own.backup_age && check_limits(own);  // a damaged one does not
  return counts ? *own.backup_age : limits.backup_age;
}

std::vector<SourceGroupFacts> groups_of(const HostFactsForStatus& facts, const StatusLimits& limits) {
  auto groups = facts.groups;
  if (groups.empty()) groups.push_back(reported_group(facts));
  std::ranges::sort(groups, {}, [&](const auto& group) {
    const auto due = group.last_good_at ? *group.last_good_at + backup_age_limit(group, limits) : Time::min();
    return std::pair(due, std::string_view(group.name));
  });
  return groups;
}

bool has_good_backup(const std::vector<SourceGroupFacts>& groups) {
  return std::ranges::any_of(groups, [](const auto& group) { return group.last_good_at.has_value(); });
}

Finding judge_plan(const HostFactsForStatus& facts, const std::vector<SourceGroupFacts>& groups) {
  if (!facts.needs_backup) return {};
  if (!has_good_backup(groups))
    return {HostState::Warning, fmt::format("Unprotected: {}", why_unprotected(facts)), StatusCause::Unprotected};
  if (!facts.groups.empty() && !facts.has_repository)
    return {HostState::Warning, "Nothing is backed up: no repository", StatusCause::SourceGroup};
  const auto never = std::ranges::count_if(groups, [](const auto& group) { return !group.last_good_at; });
  if (never == 0) return {};
  return {HostState::Warning,
          fmt::format("No backup of {} yet", name_groups(groups.front(), static_cast<std::size_t>(never) - 1)),
          StatusCause::SourceGroup};
}

void judge_backups(std::vector<Finding>& findings, const HostFactsForStatus& facts,
                   const std::vector<SourceGroupFacts>& groups, const StatusLimits& limits, Time now) {
  judge_each(findings, groups, [&](const auto& group, std::size_t others) {
    return judge_backup_age(facts, group, others, limits, now);
  });
  findings.push_back(judge_word(facts));
  judge_each(findings, groups,
             [&](const auto& group, std::size_t others) { return judge_runs(facts, group, others, limits); });
}

}  // namespace holdfast::core
