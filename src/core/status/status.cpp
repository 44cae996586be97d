#include "core/status/status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/text.hpp"
#include "names.hpp"
#include "status/finding.hpp"

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

// Whether an agent's last issue, which is a warning, is how its last run ended. Only where the hub knows of such a run,
// which it judges itself: others may report under the host's name, and their issue is another.
bool repeats_run(const HostFactsForStatus& facts) {
  if (!facts.enrolled) return false;
  const auto word = read_backup_word(facts.figures->backup_status);
  if (word != BackupWord::Failed && word != BackupWord::Partial) return false;
  return std::ranges::any_of(
      facts.groups, [](const auto& group) { return !group.runs.empty() && group.runs.back() != JobState::Succeeded; });
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
  // The most important first, after what all others stand in the light of: silence, and who it is that speaks.
  std::vector<Finding> findings{judge_silence(facts, limits, at),
                                judge_missing_report(facts, limits, at),
                                judge_ping(facts, limits, at),
                                judge_token(facts),
                                judge_twins(facts, at),
                                judge_plan(facts, groups),
                                judge_clock(facts),
                                judge_health(facts)};
  judge_backups(findings, facts, groups, limits, at);
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
    points.push_back(since + backup_age_limit(group, limits));
    points.push_back(since + 2 * backup_age_limit(group, limits));
  }
  if (facts.full_at) points.push_back(*facts.full_at - limits.disk_full_within);
  if (facts.twins_at) points.push_back(*facts.twins_at + kTwinsRemembered);
  std::ranges::sort(points);
  return points;
}

}  // namespace

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
  auto groups = groups_of(facts, limits);
  HostStatus status;
  status.protected_at = groups.front().last_good_at;  // of the worst, also where no backup is needed
  status.backup_age = backup_age_limit(groups.front(), limits);
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
