#pragma once

#include <cstddef>

#include "core/reports/roll_up.hpp"
#include "core/time.hpp"
#include "fleet/live/live.hpp"
#include "fleet/live/watch.hpp"
#include "fleet/store.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/task.hpp"

// What is done with reports behind the back of those who send them.
namespace holdfast::fleet {

using runtime::Task;

// Lives on the loop's thread.
class ReportUpkeep {
 public:
  ReportUpkeep(store::Database& database, const runtime::Clock& clock, Live& live, const Watch& watch,
               store::Packer& packer)
      : database_(database), clock_(clock), live_(live), watch_(watch), packer_(packer) {}

  // Reads what reports are packed with: before the first report.
  Task<> load();
  // Brings roll-ups and forecasts up to date with the hours that have ended.
  Task<> roll_up();
  // Sees to what reports are packed with: trains a dictionary when there are enough to learn from, and forgets what is
  // held for hosts that were removed.
  Task<> train();

 private:
  struct EndedHour;
  core::RollUp add_up(store::View& view, const core::OpenHour& hour) const;
  EndedHour end_hour(store::View& view, const core::OpenHour& hour, core::Time now) const;
  bool close(store::Transaction& tx, const EndedHour& ended) const;
  Task<bool> roll_up_some();
  Task<> forget_removed_hosts();

  store::Database& database_;
  const runtime::Clock& clock_;
  Live& live_;
  const Watch& watch_;
  store::Packer& packer_;
  std::size_t train_from_ = 0;  // reports; below it training was of no use
};

}  // namespace holdfast::fleet
