#pragma once

#include <chrono>
#include <optional>

#include "core/cron.hpp"
#include "core/time.hpp"
#include "fleet/reports.hpp"
#include "runtime/clock.hpp"
#include "runtime/time_zone.hpp"
#include "store/database.hpp"

// What becomes of reports as they age.
namespace holdfast::fleet {

struct RetentionOptions {
  std::chrono::days raw{90};        // retention.max_days
  std::chrono::days roll_ups{731};  // two years
  core::Cron prune_schedule;        // retention.prune_schedule
  runtime::TimeZone zone;           // retention.timezone
};

// Lives on the loop's thread.
class Retention {
 public:
  Retention(store::Database& database, const runtime::Clock& clock, Reports& reports, RetentionOptions options);

  // Two rounds, each every half minute and for itself, so that neither's trouble is the other's. This one rolls up
  // every few minutes.
  Task<> roll_up_if_due();
  // And this one prunes when its time has come. A time that passed while the hub was away is made up for, though not
  // before roll-ups had their turn.
  Task<> prune_if_due();

  struct Pruned {
    std::size_t reports = 0;
    std::size_t bases = 0;
    std::size_t roll_ups = 0;
    std::size_t pages = 0;
  };
  // Removes what is too old in small steps, with the loop and other writers going on in between, and gives the space
  // back.
  Task<Pruned> prune();

  const RetentionOptions& options() const { return options_; }
  std::optional<core::Time> next_prune() const;

 private:
  store::Database& database_;
  const runtime::Clock& clock_;
  Reports& reports_;
  RetentionOptions options_;
  core::Zone zone_;
  std::optional<core::Time> rolled_up_at_;
  int roll_ups_begun_ = 0;
};

}  // namespace holdfast::fleet
