#include "core/status/status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "names.hpp"
#include "status/judge.hpp"
#include "text/ascii.hpp"
#include "text/utf8.hpp"

// When a status changes by time alone is found by judging again at each moment at which an input may say something
// else. So there is no second set of rules beside the judges; one that looks at the clock adds its moments to
// turning_points().
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

// From when on silence counts.
Time silent_from(const HostFactsForStatus& facts) {
  return *facts.silent_since + (is_known_by_pings_only(facts) ? facts.ping->every : std::chrono::seconds(0));
}

HostState state_of_silence(Time since, const StatusLimits& limits, Time now) {
  if (now < since + silence_warning(limits)) return HostState::Ok;
  return now < since + limits.silence_down ? HostState::Warning : HostState::Down;
}

finding::Silence::Missing what_is_missing(const HostFactsForStatus& facts) {
  using enum finding::Silence::Missing;
  if (facts.figures) return Report;
  return is_known_by_pings_only(facts) ? Ping : Agent;
}

MaybeVerdict judge_silence(const HostFactsForStatus& facts, const StatusLimits& limits, Time now) {
  const auto state = state_of_silence(silent_from(facts), limits, now);
  if (state == HostState::Ok) return {};
  const auto since = facts.heard_at.value_or(*facts.silent_since);
  return Verdict{state, finding::Silence{what_is_missing(facts), since, quote(facts.refused)}};
}

// A clock that is behind differs by some milliseconds each time: as exactly as it is told.
milliseconds as_told(milliseconds behind) {
  if (behind < std::chrono::days(1)) return std::chrono::round<std::chrono::minutes>(behind);
  if (behind < std::chrono::years(2)) return std::chrono::round<std::chrono::hours>(behind);
  return std::chrono::floor<std::chrono::years>(behind);
}

MaybeVerdict judge_clock(const HostFactsForStatus& facts) {
  if (!facts.clock_behind) return {};
  return Verdict{HostState::Warning, finding::ClockBehind{as_told(*facts.clock_behind)}};
}

// One that never came is waited for, or not yet accepted.
MaybeVerdict judge_token(const HostFactsForStatus& facts) {
  if (!facts.enrolled || facts.has_token) return {};
  return Verdict{HostState::Warning, finding::NoToken()};
}

// Until somebody enrols one of them anew, or one of them is not seen for a while.
MaybeVerdict judge_twins(const HostFactsForStatus& facts, Time now) {
  if (!facts.twins_at || now >= *facts.twins_at + kTwinsRemembered) return {};
  return Verdict{HostState::Warning, finding::Twins{facts.twins}};
}

// While the hub was away no ping could come.
Time ping_overdue_from(const HostFactsForStatus& facts) {
  const auto away = facts.heard_at ? *facts.silent_since - *facts.heard_at : milliseconds(0);
  return facts.ping->at + facts.ping->every + std::max(away, milliseconds(0));
}

MaybeVerdict judge_ping(const HostFactsForStatus& facts, const StatusLimits& limits, Time now) {
  if (!facts.ping) return {};
  if (facts.ping->failed) return Verdict{HostState::Down, finding::PingFailed{quote(facts.ping->detail)}};
  if (is_known_by_pings_only(facts) || facts.ping->every == 0s) return {};
  const auto state = state_of_silence(ping_overdue_from(facts), limits, now);
  if (state == HostState::Ok) return {};
  return Verdict{state, finding::Silence{finding::Silence::Missing::Ping, facts.ping->at, {}}};
}

// An agent that is heard of and never reported says nothing of its host.
std::optional<Time> report_expected_by(const HostFactsForStatus& facts, const StatusLimits& limits) {
  if (!facts.enrolled || facts.figures || !facts.known_since) return std::nullopt;
  return *facts.known_since + limits.silence_down;
}

MaybeVerdict judge_missing_report(const HostFactsForStatus& facts, const StatusLimits& limits, Time now) {
  const auto expected = report_expected_by(facts, limits);
  if (!expected || now < *expected) return {};
  return Verdict{HostState::Warning, finding::NeverReported()};
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

MaybeVerdict judge_health(const HostFactsForStatus& facts) {
  if (!facts.figures || facts.figures->health.value_or(Health::Ok) == Health::Ok) return {};
  const bool failed = facts.figures->health == Health::Fail;
  const auto issues = facts.figures->issues;
  const auto more = issues - std::min<std::size_t>(issues, repeats_run(facts) ? 2 : 1);
  if (!failed && issues == 1 && repeats_run(facts)) return {};
  return Verdict{failed ? HostState::Down : HostState::Warning,
                 finding::HostReports{failed, quote(facts.figures->issue), more}};
}

// An agent that is not well has said so itself.
MaybeVerdict judge_containers(const HostFactsForStatus& facts) {
  if (facts.enrolled && judge_health(facts)) return {};
  const auto troubled = facts.figures ? facts.figures->containers_troubled.value_or(0) : 0;
  if (troubled == 0) return {};
  return Verdict{HostState::Warning, finding::TroubledContainers{troubled, quote(facts.figures->troubled_containers)}};
}

std::string fullest_disk(const HostFactsForStatus& facts) {
  return facts.figures ? quote(facts.figures->disk_mount) : std::string();
}

MaybeVerdict judge_disk(const HostFactsForStatus& facts, const StatusLimits& limits, Time now) {
  const auto percent = facts.figures ? facts.figures->disk_percent.value_or(0) : 0;
  if (percent > limits.disk_down || percent >= limits.disk_warning)
    return Verdict{percent > limits.disk_down ? HostState::Down : HostState::Warning,
                   finding::DiskFull{fullest_disk(facts), whole_percent(percent)}};
  if (!facts.full_at || now < *facts.full_at - limits.disk_full_within) return {};
  return Verdict{HostState::Warning,
                 finding::DiskFills{fullest_disk(facts), std::chrono::floor<std::chrono::days>(*facts.full_at)}};
}

// What is said of a host at one moment.
struct Judgement {
  HostState state = HostState::Ok;
  std::vector<Finding> findings;

  bool operator==(const Judgement&) const = default;
};

// The first two that are as bad as the worst.
Judgement worst_of(std::vector<MaybeVerdict> verdicts) {
  constexpr std::size_t kNamed = 2;
  Judgement worst;
  for (const auto& verdict : verdicts)
    if (verdict) worst.state = std::max(worst.state, verdict->state);
  for (auto& verdict : verdicts) {
    if (verdict && verdict->state == worst.state && worst.findings.size() < kNamed)
      worst.findings.push_back(std::move(verdict->finding));
  }
  return worst;
}

// The judgement of one moment, without a look ahead.
Judgement judge_at(const HostFactsForStatus& facts, const std::vector<SourceGroupFacts>& groups,
                   const StatusLimits& limits, Time at) {
  if (facts.paused_until && at < *facts.paused_until) return {HostState::Paused, {finding::Paused()}};
  if (!facts.silent_since) return {HostState::Waiting, {finding::Waiting{facts.enrolled}}};
  if (is_known_by_pings_only(facts)) return worst_of({judge_silence(facts, limits, at), judge_ping(facts, limits, at)});
  // The most important first, after what all others stand in the light of: silence, and who it is that speaks.
  std::vector<MaybeVerdict> verdicts{judge_silence(facts, limits, at),
                                     judge_missing_report(facts, limits, at),
                                     judge_ping(facts, limits, at),
                                     judge_token(facts),
                                     judge_twins(facts, at),
                                     judge_plan(facts, groups),
                                     judge_clock(facts),
                                     judge_health(facts)};
  judge_backups(verdicts, facts, groups, limits, at);
  verdicts.push_back(judge_disk(facts, limits, at));
  verdicts.push_back(judge_containers(facts));
  return worst_of(std::move(verdicts));
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
  std::string text = text::to_valid_utf8(text::trim(said));
  std::ranges::replace_if(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  const auto cut = text::truncate_utf8(text, kQuotedBytes);
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
  auto judgement = judge_at(facts, groups, limits, now);
  for (const auto point : turning_points(facts, groups, limits)) {
    if (point <= now || judge_at(facts, groups, limits, point) == judgement) continue;
    status.changes_at = point;
    break;
  }
  status.state = judgement.state;
  status.findings = std::move(judgement.findings);
  return status;
}

}  // namespace holdfast::core
