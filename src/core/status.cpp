#include "core/status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/text.hpp"
#include "names.hpp"

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;
constexpr std::size_t kQuotedBytes = 160;
constexpr auto kTwinsRemembered = 1h;

constexpr Names<HostState, 5> kHostStates{{
    {HostState::Ok, "ok"},
    {HostState::Waiting, "waiting"},
    {HostState::Paused, "paused"},
    {HostState::Warning, "warning"},
    {HostState::Down, "down"},
}};

// What one input says.
struct Finding {
  HostState state = HostState::Ok;
  std::string reason;
  StatusCause cause = StatusCause::None;

  bool operator==(const Finding&) const = default;
};

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// "21 Nov"
std::string day_text(Time time) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
  return fmt::format("{} {}", static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1]);
}

// "2026-11-21T14:05:00Z": parts_of_reason() finds it again.
std::string moment_text(Time time) {
  constexpr std::size_t kSecondsEnd = 19;
  return format_time(time).substr(0, kSecondsEnd) + "Z";
}

// A limit as people set it: "26 h", "3 d", "90 min".
std::string limit_text(std::chrono::seconds limit) {
  const auto count = limit.count();
  if (count % 86400 == 0 && count > 86400) return fmt::format("{} d", count / 86400);
  if (count % 3600 == 0) return fmt::format("{} h", count / 3600);
  return count % 60 == 0 ? fmt::format("{} min", count / 60) : fmt::format("{} s", count);
}

// What a host said, fit to stand in a sentence of ours.
std::string quote(std::string_view said) {
  std::string text = to_valid_utf8(trim(said));
  std::ranges::replace_if(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  const auto cut = truncate_utf8(text, kQuotedBytes);
  if (cut.size() < text.size()) return fmt::format("{}…", cut);
  return text.substr(0, text.find_last_not_of(". ") + 1);
}

bool is_known_by_pings_only(const HostFactsForStatus& facts) {
  return facts.ping && !facts.figures && !facts.enrolled;
}

// From when on silence counts.
Time silent_from(const HostFactsForStatus& facts) {
  return *facts.silent_since + (is_known_by_pings_only(facts) ? facts.ping->every : std::chrono::seconds(0));
}

HostState state_of_silence(Time since, const StatusLimits& limits, Time now) {
  if (now < since + silence_warning(limits)) return HostState::Ok;
  return now < since + limits.silence_down ? HostState::Warning : HostState::Down;
}

std::string_view what_is_missing(const HostFactsForStatus& facts) {
  if (facts.figures) return "No report";
  return is_known_by_pings_only(facts) ? "No ping" : "Not heard from";
}

Finding judge_silence(const HostFactsForStatus& facts, const StatusLimits& limits, Time now) {
  const auto state = state_of_silence(silent_from(facts), limits, now);
  if (state == HostState::Ok) return {};
  auto reason =
      fmt::format("{} since {}", what_is_missing(facts), moment_text(facts.heard_at.value_or(*facts.silent_since)));
  if (!facts.refused.empty()) reason += fmt::format("; its reports are refused: {}", quote(facts.refused));
  return {state, std::move(reason), StatusCause::Silence};
}

// To the minute, as a clock that is behind differs by some milliseconds each time.
std::string behind_text(milliseconds behind) {
  const auto years = std::chrono::floor<std::chrono::years>(behind).count();
  return years < 2 ? format_age(behind + 30s) : fmt::format("{} years", years);
}

Finding judge_clock(const HostFactsForStatus& facts) {
  if (!facts.clock_behind) return {};
  return {HostState::Warning, fmt::format("Its clock is behind by {}", behind_text(*facts.clock_behind)),
          StatusCause::Health};
}

// One that never came is waited for, or not yet accepted.
Finding judge_token(const HostFactsForStatus& facts) {
  if (!facts.enrolled || facts.has_token) return {};
  return {HostState::Warning, "No valid agent token", StatusCause::Token};
}

// Until somebody enrols one of them anew, or one of them is not seen for a while.
Finding judge_twins(const HostFactsForStatus& facts, Time now) {
  if (!facts.twins_at || now >= *facts.twins_at + kTwinsRemembered) return {};
  return {HostState::Warning,
          fmt::format("Two agents use the identity of this host, {}: enrol one of them again", facts.twins),
          StatusCause::Health};
}

// While the hub was away no ping could come.
Time ping_overdue_from(const HostFactsForStatus& facts) {
  const auto away = facts.heard_at ? *facts.silent_since - *facts.heard_at : milliseconds(0);
  return facts.ping->at + facts.ping->every + std::max(away, milliseconds(0));
}

Finding judge_ping(const HostFactsForStatus& facts, const StatusLimits& limits, Time now) {
  if (!facts.ping) return {};
  if (facts.ping->failed) {
    const auto detail = quote(facts.ping->detail);
    return {HostState::Down,
            detail.empty() ? "The last ping tells of a failure"
                           : fmt::format("The last ping tells of a failure: {}", detail),
            StatusCause::Health};
  }
  if (is_known_by_pings_only(facts) || facts.ping->every == 0s) return {};
  const auto state = state_of_silence(ping_overdue_from(facts), limits, now);
  if (state == HostState::Ok) return {};
  return {state, fmt::format("No ping since {}", moment_text(facts.ping->at)), StatusCause::Silence};
}

// An agent that is heard of and never reported says nothing of its host.
std::optional<Time> report_expected_by(const HostFactsForStatus& facts, const StatusLimits& limits) {
  if (!facts.enrolled || facts.figures || !facts.known_since) return std::nullopt;
  return *facts.known_since + limits.silence_down;
}

Finding judge_missing_report(const HostFactsForStatus& facts, const StatusLimits& limits, Time now) {
  const auto expected = report_expected_by(facts, limits);
  if (!expected || now < *expected) return {};
  return {HostState::Warning, "The agent has never sent a report", StatusCause::Silence};
}

// Whether an agent's last issue, which is a warning, is how its last run ended: the hub judges that by the run itself.
bool repeats_run(const HostFactsForStatus& facts) {
  if (!facts.enrolled || facts.groups.empty()) return false;
  const auto word = read_backup_word(facts.figures->backup_status);
  return word == BackupWord::Failed || word == BackupWord::Partial;
}

Finding judge_health(const HostFactsForStatus& facts) {
  if (!facts.figures || facts.figures->health.value_or(Health::Ok) == Health::Ok) return {};
  const bool failed = facts.figures->health == Health::Fail;
  const auto issues = facts.figures->issues;
  const auto more = issues - std::min<std::size_t>(issues, repeats_run(facts) ? 2 : 1);
  if (!failed && issues == 1 && repeats_run(facts)) return {};
  const auto state = failed ? HostState::Down : HostState::Warning;
  const auto issue = quote(facts.figures->issue);
  if (issue.empty())
    return {state, failed ? "The host reports a failure" : "The host reports a problem", StatusCause::Health};
  if (more == 0) return {state, fmt::format("The host reports: {}", issue), StatusCause::Health};
  return {state, fmt::format("The host reports: {}, and {} more", issue, more), StatusCause::Health};
}

// An agent that is not well has said so itself.
Finding judge_containers(const HostFactsForStatus& facts) {
  if (facts.enrolled && judge_health(facts).state != HostState::Ok) return {};
  const auto troubled = facts.figures ? facts.figures->containers_troubled.value_or(0) : 0;
  if (troubled == 0) return {};
  const auto names = quote(facts.figures->troubled_containers);
  auto text =
      troubled == 1 ? std::string("1 container is in trouble") : fmt::format("{} containers are in trouble", troubled);
  if (!names.empty()) text += fmt::format(": {}", names);
  return {HostState::Warning, std::move(text), StatusCause::Containers};
}

// While the hub was away it could not hear of newer backups, so that time makes none older until the host is heard
// again.
milliseconds time_away(const HostFactsForStatus& facts) {
  if (!facts.silent_since || !facts.heard_at) return milliseconds(0);
  return std::max(*facts.silent_since - *facts.heard_at, milliseconds(0));
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

// All, or what the report tells of, the one that was never backed up and the oldest first.
std::vector<SourceGroupFacts> groups_of(const HostFactsForStatus& facts) {
  auto groups = facts.groups;
  if (groups.empty()) groups.push_back(reported_group(facts));
  std::ranges::sort(groups, {}, [](const auto& group) {
    return std::pair(group.last_good_at.value_or(Time::min()), std::string_view(group.name));
  });
  return groups;
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
  if (now < since + limits.backup_age) return {};
  const bool twice = now >= since + 2 * limits.backup_age;
  return {twice ? HostState::Down : HostState::Warning,
          fmt::format("Last good backup{} is past {} limit of {}", of_group(facts, group, others), twice ? "twice its" : "its",
                      limit_text(limits.backup_age)),
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

std::string disk_text(const HostFactsForStatus& facts) {
  const bool named = facts.figures && !facts.figures->disk_mount.empty();
  return named ? fmt::format("Disk {}", quote(facts.figures->disk_mount)) : "The fullest disk";
}

Finding judge_disk(const HostFactsForStatus& facts, const StatusLimits& limits, Time now) {
  const auto percent = facts.figures ? facts.figures->disk_percent.value_or(0) : 0;
  if (percent > limits.disk_down || percent >= limits.disk_warning)
    return {percent > limits.disk_down ? HostState::Down : HostState::Warning,
            fmt::format("{} is {}% full", disk_text(facts), whole_percent(percent)), StatusCause::Disk};
  if (!facts.full_at || now < *facts.full_at - limits.disk_full_within) return {};
  return {HostState::Warning, fmt::format("{} will be full about {}", disk_text(facts), day_text(*facts.full_at)),
          StatusCause::Disk};
}

bool has_good_backup(const std::vector<SourceGroupFacts>& groups) {
  return std::ranges::any_of(groups, [](const auto& group) { return group.last_good_at.has_value(); });
}

std::string_view why_unprotected(const HostFactsForStatus& facts) {
  const bool reported = facts.figures && speaks_of_backups(*facts.figures);
  if (facts.groups.empty() && reported) return "the host reports no good backup";
  if (!facts.enrolled) return "no report tells of a backup";
  return facts.groups.empty() || !facts.has_repository ? "no source group or no repository" : "no backup yet";
}

// Whether there is a backup of everything at all.
Finding judge_plan(const HostFactsForStatus& facts, const std::vector<SourceGroupFacts>& groups) {
  if (!facts.needs_backup) return {};
  if (!has_good_backup(groups))
    return {HostState::Warning, fmt::format("Unprotected: {}", why_unprotected(facts)), StatusCause::Unprotected};
  if (!facts.groups.empty() && !facts.has_repository)
    return {HostState::Warning, "Nothing is backed up: no repository", StatusCause::SourceGroup};
  const auto never = std::ranges::count(groups, std::nullopt, &SourceGroupFacts::last_good_at);
  if (never == 0) return {};
  return {HostState::Warning,
          fmt::format("No backup of {} yet", name_groups(groups.front(), static_cast<std::size_t>(never) - 1)),
          StatusCause::SourceGroup};
}

// "A; b": the first two that are as bad as the worst.
Finding worst_of(const std::vector<Finding>& findings) {
  const auto state = std::ranges::max(findings, {}, &Finding::state).state;
  if (state == HostState::Ok) return {};
  Finding worst{state, {}, StatusCause::None};
  int named = 0;
  for (const auto& finding : findings) {
    if (finding.state != state || ++named > 2) continue;
    if (named == 1) worst.cause = finding.cause;
    worst.reason +=
        named == 1 ? finding.reason : "; " + to_lower_ascii(finding.reason.substr(0, 1)) + finding.reason.substr(1);
  }
  return worst;
}

// The judgement of one moment, without a look ahead.
Finding judge_at(const HostFactsForStatus& facts, const std::vector<SourceGroupFacts>& groups,
                 const StatusLimits& limits, Time at) {
  if (facts.paused_until && at < *facts.paused_until) return {HostState::Paused, "Paused", StatusCause::None};
  if (!facts.silent_since)
    return {HostState::Waiting, facts.enrolled ? "Waiting for the agent to connect" : "Waiting for the first report",
            StatusCause::None};
  if (is_known_by_pings_only(facts)) return worst_of({judge_silence(facts, limits, at), judge_ping(facts, limits, at)});
  // The most important first, but silence, in whose light all others stand, before them.
  std::vector<Finding> findings{judge_silence(facts, limits, at),
                                judge_missing_report(facts, limits, at),
                                judge_ping(facts, limits, at),
                                judge_token(facts),
                                judge_plan(facts, groups),
                                judge_clock(facts),
                                judge_twins(facts, at),
                                judge_health(facts)};
  judge_each(findings, groups, [&](const auto& group, std::size_t others) {
    return judge_backup_age(facts, group, others, limits, at);
  });
  findings.push_back(judge_word(facts));
  judge_each(findings, groups,
             [&](const auto& group, std::size_t others) { return judge_runs(facts, group, others, limits); });
  findings.push_back(judge_disk(facts, limits, at));
  findings.push_back(judge_containers(facts));
  return worst_of(findings);
}

// Every moment at which an input may say something else, in order.
std::vector<Time> turning_points(const HostFactsForStatus& facts, const std::vector<SourceGroupFacts>& groups,
                                 const StatusLimits& limits) {
  std::vector<Time> points;
  if (facts.paused_until && facts.paused_until != Time::max()) points.push_back(*facts.paused_until);
  if (facts.silent_since) {
    points.push_back(silent_from(facts) + silence_warning(limits));
    points.push_back(silent_from(facts) + limits.silence_down);
  }
  if (facts.silent_since && facts.ping) {
    points.push_back(ping_overdue_from(facts) + silence_warning(limits));
    points.push_back(ping_overdue_from(facts) + limits.silence_down);
  }
  if (const auto expected = report_expected_by(facts, limits)) points.push_back(*expected);
  for (const auto& group : groups) {
    if (!group.last_good_at) continue;
    const auto since = *group.last_good_at + time_away(facts);
    points.push_back(since + limits.backup_age);
    points.push_back(since + 2 * limits.backup_age);
  }
  if (facts.full_at) points.push_back(*facts.full_at - limits.disk_full_within);
  if (facts.twins_at) points.push_back(*facts.twins_at + kTwinsRemembered);
  std::ranges::sort(points);
  return points;
}

}  // namespace

std::string_view to_text(HostState state) {
  return name_of(kHostStates, state);
}
std::optional<HostState> parse_host_state(std::string_view text) {
  return value_of(kHostStates, text);
}

int whole_percent(double percent) {
  const auto nearest = static_cast<int>(std::lround(percent));
  return percent < 100 ? std::min(nearest, 99) : nearest;
}

HostStatus judge_host(const HostFactsForStatus& facts, const StatusLimits& limits, Time now) {
  auto groups = groups_of(facts);
  HostStatus status;
  status.protected_at = groups.front().last_good_at;  // of the worst, also where no backup is needed
  if (!facts.needs_backup) groups.clear();
  status.unprotected = facts.needs_backup && !is_known_by_pings_only(facts) && !has_good_backup(groups);
  const auto verdict = judge_at(facts, groups, limits, now);
  status.state = verdict.state;
  status.reason = verdict.reason;
  status.cause = verdict.cause;
  for (const auto point : turning_points(facts, groups, limits)) {
    if (point <= now || judge_at(facts, groups, limits, point) == verdict) continue;
    status.changes_at = point;
    break;
  }
  return status;
}

}  // namespace holdfast::core
