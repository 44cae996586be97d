#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/schedule/cron.hpp"
#include "core/time.hpp"
#include "fleet/live/clock_guard.hpp"
#include "fleet/reports/report_upkeep.hpp"
#include "fleet/reports/reports.hpp"
#include "fleet/store.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/time_zone.hpp"

// What becomes of reports, jobs and the audit log as they age.
namespace holdfast::fleet {

struct RecordExpiryOptions {
  std::chrono::days raw{90};        // retention.max_days
  std::chrono::days roll_ups{731};  // two years
  std::chrono::days job_logs{90};   // retention.job_log_days
  std::chrono::days jobs{731};      // retention.job_days; the newest of each host stay
  std::chrono::days audit{731};     // retention.audit_days
  core::Cron prune_schedule;        // retention.prune_schedule
  runtime::TimeZone zone;           // retention.timezone
  std::string zone_name{};          // "Europe/Budapest"
};

// Lives on the loop's thread.
class RecordExpiry {
 public:
  RecordExpiry(store::Database& database, const runtime::Clock& clock, ClockGuard& clock_guard, Reports& reports,
               ReportUpkeep& upkeep, RecordExpiryOptions options);

  // Two rounds, each every half minute and for itself, so that neither's trouble is the other's. This one rolls up
  // every few minutes.
  Task<> roll_up_if_due();
  // And this one prunes when its time has come. A time that passed while the hub was away is made up for, though not
  // before roll-ups had their turn, and never by a clock that is doubted.
  Task<> prune_if_due();

  struct Pruned {
    std::size_t reports = 0;
    std::size_t bases = 0;
    std::size_t roll_ups = 0;
    std::size_t log_lines = 0;
    std::size_t jobs = 0;
    std::size_t audit_entries = 0;
    std::size_t pages = 0;
  };
  // Removes what is too old in small steps, with the loop and other writers going on in between, and gives the space
  // back.
  Task<Pruned> prune();

  const RecordExpiryOptions& options() const { return options_; }
  ClockGuard& clock_guard() const { return clock_guard_; }
  std::optional<core::Time> next_prune() const;

 private:
  store::Database& database_;
  const runtime::Clock& clock_;
  ClockGuard& clock_guard_;
  Reports& reports_;
  ReportUpkeep& upkeep_;
  RecordExpiryOptions options_;
  core::Zone zone_;
  std::optional<core::Time> rolled_up_at_;
  int roll_ups_begun_ = 0;
};

}  // namespace holdfast::fleet
