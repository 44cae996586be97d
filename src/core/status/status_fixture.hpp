#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string_view>
#include <vector>

#include "core/status/status.hpp"

// Hosts whose status is judged, and what it is to be.
namespace holdfast::core {

using namespace std::chrono_literals;
using enum HostState;
using Facts = HostFactsForStatus;
using Runs = std::vector<JobState>;

inline constexpr auto kFailed = JobState::Failed;
inline constexpr auto kSucceeded = JobState::Succeeded;

inline const Time kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 9h;

inline Facts healthy() {
  Facts facts;
  facts.silent_since = facts.heard_at = kNow;
  facts.figures = ReportFigures();
  facts.has_repository = true;
  facts.groups = {{"system", kNow - 2h, {kSucceeded}}};
  return facts;
}

inline Facts report_only() {
  Facts facts;
  facts.enrolled = false;
  facts.silent_since = facts.heard_at = kNow;
  facts.figures = ReportFigures();
  facts.figures->backup_at = kNow - 1h;
  return facts;
}

// The second one, which is named wherever it is spoken of.
inline SourceGroupFacts& add_group(Facts& facts) {
  return facts.groups.emplace_back("db", kNow - 2h, Runs{kSucceeded});
}

inline void hear(Facts& facts, Time at) {
  facts.silent_since = facts.heard_at = at;
}

struct Case {
  std::string_view sentence;
  std::function<void(Facts&)> arrange;
  HostState state;
  std::string_view reason;
};

inline void check(const Facts& start, const std::vector<Case>& cases, const StatusLimits& limits = {}) {
  for (const auto& row : cases) {
    SCOPED_TRACE(row.sentence);
    auto facts = start;
    row.arrange(facts);
    const auto status = judge_host(facts, limits, kNow);
    EXPECT_EQ(to_text(status.state), to_text(row.state));
    EXPECT_EQ(status.reason(), row.reason);
  }
}

}  // namespace holdfast::core
