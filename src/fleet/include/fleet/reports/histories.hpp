#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/reports/roll_up.hpp"
#include "core/time.hpp"
#include "fleet/accounts/scope.hpp"
#include "fleet/store.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/task.hpp"

// What reports tell over time.
namespace holdfast::fleet {

class DecodeBudget;

using runtime::Task;

inline constexpr std::size_t kMaxHistoryPoints = 500;

enum class HistoryStep { Raw, Hour, Day };

struct History {
  core::Time from;
  core::Time to;
  HistoryStep step = HistoryStep::Raw;   // what the points are made of: reports, or roll-ups
  std::chrono::seconds step_seconds{0};  // from one point to the next, where nothing is missing; Raw: 0
  std::vector<core::RollUp> points;      // oldest first, at most about kMaxHistoryPoints
};

struct HistoryRange {
  core::Time from;
  core::Time to;
};
// "24h", "7d", "30d", "90d", "1y", up to `now`.
core::Result<HistoryRange> parse_period(std::string_view period, core::Time now);

// Lives on the loop's thread.
class Histories {
 public:
  Histories(store::Database& database, const runtime::Clock& clock, const store::Packer& packer)
      : database_(database), clock_(clock), packer_(packer) {}

  // Histories are added up on threads of their own, those who ask in turn; `scope` is how far whoever asks sees.
  Task<History> of_host(core::HostId host, HistoryRange range, Scope scope = {});
  // Of whichever of its hosts reported last; NotFound when none ever did.
  Task<core::Result<History>> of_customer(core::CustomerId customer, HistoryRange range);

 private:
  // Of one of `parts` parts: it may take so much of the budget.
  std::vector<core::RollUp> raw_points(store::View& view, const core::HostId& host, HistoryRange range,
                                       DecodeBudget& budget, std::size_t parts) const;
  std::vector<core::RollUp> open_hours(store::View& view, const core::HostId& host, HistoryRange range) const;
  std::vector<core::RollUp> hourly(store::View& view, const core::HostId& host, HistoryRange range) const;
  std::vector<core::RollUp> daily(store::View& view, const core::HostId& host, HistoryRange range) const;
  History read(store::View& view, const core::HostId& host, HistoryRange range) const;

  store::Database& database_;
  const runtime::Clock& clock_;
  const store::Packer& packer_;
};

}  // namespace holdfast::fleet
