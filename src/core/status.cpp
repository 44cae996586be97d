#include "core/status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/status_cause.hpp"
#include "core/text.hpp"
#include "names.hpp"

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;
constexpr std::size_t kQuotedBytes = 160;

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

Finding judge_silence(const HostFactsForStatus& facts, const StatusLimits& limits, Time now) {
  const auto since = *facts.silent_since;
  if (now < since + silence_warning(limits)) return {};
  const auto state = now < since + limits.silence_down ? HostState::Warning : HostState::Down;
  return {state, fmt::format("{} since {}", facts.figures ? "No report" : "Not heard from",
                             moment_text(facts.heard_at.value_or(since)))};
}

Finding judge_health(const HostFactsForStatus& facts) {
  if (!facts.figures || facts.figures->health.value_or(Health::Ok) == Health::Ok) return {};
  const bool failed = facts.figures->health == Health::Fail;
  const auto state = failed ? HostState::Down : HostState::Warning;
  const auto issue = quote(facts.figures->issue);
  if (issue.empty()) return {state, failed ? "The host reports a failure" : "The host reports a problem"};
  if (facts.figures->issues < 2) return {state, fmt::format("The host reports: {}", issue)};
  return {state, fmt::format("The host reports: {}, and {} more", issue, facts.figures->issues - 1)};
}

// A report cannot know of a backup after itself: where its clock is ahead, the moment it was heard counts.
std::optional<Time> newest_backup(const HostFactsForStatus& facts) {
  if (!facts.figures || !facts.figures->backup_at) return facts.last_success_at;
  const auto reported = std::min(*facts.figures->backup_at, facts.heard_at.value_or(Time::max()));
  return std::max(reported, facts.last_success_at.value_or(Time::min()));
}

// The newest good backup, for its age. While the hub was away it could not hear of newer ones, so that time makes none
// older until the host is heard again.
std::optional<Time> backup_counts_from(const HostFactsForStatus& facts) {
  const auto newest = newest_backup(facts);
  if (!newest || !facts.silent_since || !facts.heard_at) return newest;
  return *newest + std::max(*facts.silent_since - *facts.heard_at, milliseconds(0));
}

bool is_judged_by_backups(const HostFactsForStatus& facts) {
  return facts.enrolled || (facts.figures && speaks_of_backups(*facts.figures));
}

Finding judge_backup_age(const HostFactsForStatus& facts, const StatusLimits& limits, Time now) {
  const auto since = backup_counts_from(facts);
  if (!since || now < *since + limits.backup_age) return {};
  const bool twice = now >= *since + 2 * limits.backup_age;
  return {twice ? HostState::Down : HostState::Warning,
          fmt::format("Last good backup is past {} limit of {}", twice ? "twice its" : "its",
                      limit_text(limits.backup_age))};
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

bool has_ended(JobState run) {
  return is_final(run) && run != JobState::Cancelled;
}

bool last_was_partial(const std::vector<JobState>& runs) {
  const auto last = std::find_if(runs.rbegin(), runs.rend(), has_ended);
  return last != runs.rend() && *last == JobState::Partial;
}

// The agent's, or else the one that the host's report speaks of.
std::vector<JobState> known_runs(const HostFactsForStatus& facts) {
  if (!facts.figures || std::ranges::any_of(facts.runs, has_ended)) return facts.runs;
  const auto word = read_backup_word(facts.figures->backup_status);
  if (word == BackupWord::Failed) return {JobState::Failed};
  if (word == BackupWord::Partial) return {JobState::Partial};
  return {};
}

// What the host's report says of its last run where that is none of the words that are understood.
std::string unknown_word(const HostFactsForStatus& facts) {
  if (!facts.figures || std::ranges::any_of(facts.runs, has_ended)) return {};
  const bool known = read_backup_word(facts.figures->backup_status) != BackupWord::Unknown;
  return known ? std::string() : quote(facts.figures->backup_status);
}

Finding judge_runs(const HostFactsForStatus& facts, const StatusLimits& limits) {
  if (const auto word = unknown_word(facts); !word.empty())
    return {HostState::Warning, fmt::format("The host says of its last backup: {}", word)};
  const auto runs = known_runs(facts);
  const int failures = failures_in_a_row(runs);
  if (failures > 1 && failures >= limits.failures_down)
    return {HostState::Down, fmt::format("Backup failed {} times in a row", failures)};
  if (failures > 1) return {HostState::Warning, fmt::format("The last {} backups failed", failures)};
  if (failures == 1)
    return {limits.failures_down <= 1 ? HostState::Down : HostState::Warning, "The last backup failed"};
  if (last_was_partial(runs)) return {HostState::Warning, "Some files could not be read in the last backup"};
  return {};
}

Finding judge_disk(const HostFactsForStatus& facts, const StatusLimits& limits, Time now) {
  const bool named = facts.figures && !facts.figures->disk_mount.empty();
  const auto disk = named ? fmt::format("Disk {}", quote(facts.figures->disk_mount)) : "The fullest disk";
  const auto percent = facts.figures ? facts.figures->disk_percent.value_or(0) : 0;
  if (percent > limits.disk_down) return {HostState::Down, fmt::format("{} is {:.0f}% full", disk, percent)};
  if (percent >= limits.disk_warning) return {HostState::Warning, fmt::format("{} is {:.0f}% full", disk, percent)};
  if (!facts.full_at || now < *facts.full_at - limits.disk_full_within) return {};
  return {HostState::Warning, fmt::format("{} will be full about {}", disk, day_text(*facts.full_at))};
}

Finding judge_plan(const HostFactsForStatus& facts) {
  if (facts.enrolled && !facts.has_plan)
    return {HostState::Warning, "Nothing is backed up: no source group or no repository"};
  if (newest_backup(facts)) return {};
  return {HostState::Warning, facts.enrolled ? "No backup yet" : "The host reports no good backup"};
}

// "A; b": the first two that are as bad as the worst.
Finding worst_of(const std::vector<Finding>& findings) {
  const auto state = std::ranges::max(findings, {}, &Finding::state).state;
  if (state == HostState::Ok) return {};
  Finding worst{state, {}};
  int named = 0;
  for (const auto& finding : findings) {
    if (finding.state != state || ++named > 2) continue;
    worst.reason +=
        named == 1 ? finding.reason : "; " + to_lower_ascii(finding.reason.substr(0, 1)) + finding.reason.substr(1);
  }
  return worst;
}

// The judgement of one moment, without a look ahead.
Finding judge_at(const HostFactsForStatus& facts, const StatusLimits& limits, Time at) {
  if (facts.paused_until && at < *facts.paused_until) return {HostState::Paused, "Paused"};
  if (!facts.silent_since)
    return {HostState::Waiting, facts.enrolled ? "Waiting for the agent to connect" : "Waiting for the first report"};
  const bool backups = is_judged_by_backups(facts);
  return worst_of({
      judge_silence(facts, limits, at),
      judge_health(facts),
      backups ? judge_backup_age(facts, limits, at) : Finding(),
      backups ? judge_runs(facts, limits) : Finding(),
      judge_disk(facts, limits, at),
      backups ? judge_plan(facts) : Finding(),
  });
}

// Every moment at which an input may say something else, in order.
std::vector<Time> turning_points(const HostFactsForStatus& facts, const StatusLimits& limits) {
  std::vector<Time> points;
  if (facts.paused_until && facts.paused_until != Time::max()) points.push_back(*facts.paused_until);
  if (facts.silent_since) {
    points.push_back(*facts.silent_since + silence_warning(limits));
    points.push_back(*facts.silent_since + limits.silence_down);
  }
  if (const auto since = backup_counts_from(facts)) {
    points.push_back(*since + limits.backup_age);
    points.push_back(*since + 2 * limits.backup_age);
  }
  if (facts.full_at) points.push_back(*facts.full_at - limits.disk_full_within);
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

ReasonParts parts_of_reason(std::string_view reason) {
  constexpr std::string_view kSince = " since ";
  if (cause_of(reason) != StatusCause::Silence) return {reason, std::nullopt, {}};
  const auto begin = reason.find(kSince);
  if (begin == reason.npos) return {reason, std::nullopt, {}};
  const auto rest = reason.substr(begin + kSince.size());
  const auto moment = rest.substr(0, rest.find(';'));
  const auto since = parse_time(moment);
  if (!since) return {reason, std::nullopt, {}};
  return {reason.substr(0, begin + 1), since, rest.substr(moment.size())};
}

HostStatus judge_host(const HostFactsForStatus& facts, const StatusLimits& limits, Time now) {
  const auto verdict = judge_at(facts, limits, now);
  HostStatus status{verdict.state, verdict.reason, std::nullopt};
  for (const auto point : turning_points(facts, limits)) {
    if (point <= now || judge_at(facts, limits, point) == verdict) continue;
    status.changes_at = point;
    break;
  }
  return status;
}

}  // namespace holdfast::core
