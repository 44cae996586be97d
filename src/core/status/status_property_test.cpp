// What holds of a status whatever the facts are.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <tuple>

#include "core/status/status.hpp"

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

const Time kJudged = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 9h;

template <class T>
std::optional<T> maybe(const rc::Gen<T>& generator) {
  if (*rc::gen::arbitrary<bool>()) return std::nullopt;
  return *generator;
}

// Moments close enough to each other that limits meet, and to kJudged that most lie ahead and behind.
rc::Gen<Time> moments() {
  return rc::gen::map(rc::gen::inRange(-240, 240), [](int quarter) { return kJudged + quarter * 15min; });
}

SourceGroupFacts any_group() {
  SourceGroupFacts group;
  group.name = *rc::gen::element<std::string>("system", "db");
  group.last_good_at = maybe(moments());
  group.runs = *rc::gen::container<std::vector<JobState>>(
      rc::gen::element(JobState::Succeeded, JobState::Partial, JobState::Failed));
  group.last_verdict = *rc::gen::element(BackupVerdict::None, BackupVerdict::Good, BackupVerdict::Empty);
  return group;
}

HostFactsForStatus any_facts() {
  HostFactsForStatus facts;
  facts.enrolled = *rc::gen::arbitrary<bool>();
  facts.has_token = *rc::gen::arbitrary<bool>();
  facts.silent_since = maybe(moments());
  facts.heard_at = maybe(moments());
  facts.paused_until = maybe(moments());
  facts.needs_backup = *rc::gen::arbitrary<bool>();
  facts.known_since = maybe(moments());
  facts.has_repository = *rc::gen::arbitrary<bool>();
  for (int groups = *rc::gen::inRange(0, 4); groups > 0; --groups) facts.groups.push_back(any_group());
  facts.full_at = maybe(moments());
  if (facts.full_at) *facts.full_at += 24h * 14;
  if (*rc::gen::arbitrary<bool>()) return facts;
  facts.figures = ReportFigures();
  facts.figures->health = maybe(rc::gen::element(Health::Ok, Health::Warn, Health::Fail));
  facts.figures->disk_percent = maybe(rc::gen::element(40.0, 85.0, 99.0));
  facts.figures->backup_at = maybe(moments());
  facts.figures->backup_status = *rc::gen::element<std::string>("", "failed", "success");
  return facts;
}

StatusLimits any_limits() {
  StatusLimits limits;
  limits.silence_warning = std::chrono::seconds(*rc::gen::inRange(1, 7200));
  limits.silence_down = std::chrono::seconds(*rc::gen::inRange(1, 7200));
  limits.backup_age = *rc::gen::inRange(1, 40) * 1h;
  return limits;
}

RC_GTEST_PROP(JudgeHost, IsOfOneMindUntilTheMomentItNames, ()) {
  const auto facts = any_facts();
  const auto limits = any_limits();
  const auto now = *moments();
  const auto status = judge_host(facts, limits, now);
  const auto end = status.changes_at.value_or(now + 24h * 400);
  RC_ASSERT(end > now);
  const auto between = now + milliseconds(*rc::gen::inRange<std::int64_t>(0, (end - now).count()));
  RC_ASSERT(judge_host(facts, limits, between) == status);
  RC_ASSERT(judge_host(facts, limits, end - 1ms) == status);
  if (!status.changes_at) return;
  const auto next = judge_host(facts, limits, end);
  RC_ASSERT(std::tie(next.state, next.findings) != std::tie(status.state, status.findings));
}

RC_GTEST_PROP(JudgeHost, NeverGetsBetterByTimeAloneButAtTheEndOfAPause, ()) {
  const auto facts = any_facts();
  const auto limits = any_limits();
  const auto now = *moments();
  const auto later = now + milliseconds(*rc::gen::inRange<std::int64_t>(0, 24LL * 3600 * 1000 * 30));
  RC_PRE(!facts.paused_until || *facts.paused_until <= now);
  RC_ASSERT(judge_host(facts, limits, later).state >= judge_host(facts, limits, now).state);
}

RC_GTEST_PROP(JudgeHost, GivesAReasonExceptWhenOk, ()) {
  const auto status = judge_host(any_facts(), any_limits(), *moments());
  RC_ASSERT(status.findings.empty() == (status.state == HostState::Ok));
  RC_ASSERT(status.reason().empty() == status.findings.empty());
}

}  // namespace
}  // namespace holdfast::core
