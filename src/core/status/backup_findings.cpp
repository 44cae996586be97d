#include <algorithm>

#include "core/status/limits.hpp"
#include "status/judge.hpp"

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

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

// As a finding names them where the host has more than one.
finding::Groups groups_in(const HostFactsForStatus& facts, const SourceGroupFacts& first, std::size_t others) {
  return facts.groups.size() > 1 ? name_groups(first, others) : finding::Groups();
}

// Source groups that have the same kind of trouble are one finding, which names the first and counts the others.
template <class Judge>
void judge_each(std::vector<MaybeVerdict>& verdicts, const std::vector<SourceGroupFacts>& groups, Judge judge) {
  struct Kind {
    Verdict verdict;
    const SourceGroupFacts* first;
    std::size_t others;
  };
  std::vector<Kind> kinds;
  for (const auto& group : groups) {
    auto verdict = judge(group, 0);
    if (!verdict) continue;
    const auto same = std::ranges::find_if(kinds, [&](const Kind& kind) {
      return kind.verdict.state == verdict->state && kind.verdict.finding.index() == verdict->finding.index();
    });
    if (same != kinds.end())
      ++same->others;
    else
      kinds.push_back({*std::move(verdict), &group, 0});
  }
  for (auto& [verdict, first, others] : kinds)
    verdicts.push_back(others == 0 ? std::move(verdict) : judge(*first, others));
}

MaybeVerdict judge_backup_age(const HostFactsForStatus& facts, const SourceGroupFacts& group, std::size_t others,
                              const StatusLimits& limits, Time now) {
  if (!group.last_good_at || is_known_by_pings_only(facts)) return {};
  const auto since = *group.last_good_at + time_away(facts);
  const auto limit = backup_age_limit(group, limits);
  if (now < since + limit) return {};
  const bool twice = now >= since + 2 * limit;
  return Verdict{twice ? HostState::Down : HostState::Warning,
                 finding::BackupTooOld{groups_in(facts, group, others), limit, twice}};
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

MaybeVerdict judge_word(const HostFactsForStatus& facts) {
  auto word = unknown_word(facts);
  if (word.empty()) return {};
  return Verdict{HostState::Warning, finding::UnknownBackupWord{std::move(word)}};
}

Verdict judge_failures(finding::Groups groups, int failures, const StatusLimits& limits) {
  const auto state = failures >= limits.failures_down ? HostState::Down : HostState::Warning;
  const bool in_a_row = state == HostState::Down && failures > 1;
  const int count = in_a_row && groups.others > 0 ? std::max(limits.failures_down, 1) : failures;
  return {state, finding::FailedBackups{std::move(groups), count, in_a_row}};
}

MaybeVerdict judge_runs(const HostFactsForStatus& facts, const SourceGroupFacts& group, std::size_t others,
                        const StatusLimits& limits) {
  auto groups = groups_in(facts, group, others);
  if (const int failures = failures_in_a_row(group.runs); failures > 0)
    return judge_failures(std::move(groups), failures, limits);
  const auto verdict = group.last_verdict;
  if (verdict == BackupVerdict::Empty || verdict == BackupVerdict::Shrunken)
    return Verdict{HostState::Warning,
                   finding::SuspiciousBackup{std::move(groups), verdict, group.files, group.good_files}};
  if (group.runs.empty() || group.runs.back() != JobState::Partial || verdict == BackupVerdict::Good) return {};
  return Verdict{HostState::Warning, finding::IncompleteBackup{std::move(groups)}};
}

finding::Unprotected::Why why_unprotected(const HostFactsForStatus& facts) {
  using enum finding::Unprotected::Why;
  const bool reported = facts.figures && speaks_of_backups(*facts.figures);
  if (facts.groups.empty() && reported) return NoGoodBackupReported;
  if (!facts.enrolled) return NoReportOfBackups;
  if (facts.groups.empty()) return facts.has_repository ? NoSourceGroup : NothingSetUp;
  return facts.has_repository ? NoBackupYet : NoRepository;
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

finding::Groups name_groups(const SourceGroupFacts& first, std::size_t others) {
  return {quote(first.name), others};
}

MaybeVerdict judge_plan(const HostFactsForStatus& facts, const std::vector<SourceGroupFacts>& groups) {
  if (!facts.needs_backup) return {};
  if (!has_good_backup(groups)) return Verdict{HostState::Warning, finding::Unprotected{why_unprotected(facts)}};
  if (!facts.groups.empty() && !facts.has_repository) return Verdict{HostState::Warning, finding::NoRepository()};
  const auto never = std::ranges::count_if(groups, [](const auto& group) { return !group.last_good_at; });
  if (never == 0) return {};
  return Verdict{HostState::Warning,
                 finding::NeverBackedUp{name_groups(groups.front(), static_cast<std::size_t>(never) - 1)}};
}

void judge_backups(std::vector<MaybeVerdict>& verdicts, const HostFactsForStatus& facts,
                   const std::vector<SourceGroupFacts>& groups, const StatusLimits& limits, Time now) {
  judge_each(verdicts, groups, [&](const auto& group, std::size_t others) {
    return judge_backup_age(facts, group, others, limits, now);
  });
  verdicts.push_back(judge_word(facts));
  judge_each(verdicts, groups,
             [&](const auto& group, std::size_t others) { return judge_runs(facts, group, others, limits); });
}

}  // namespace holdfast::core
