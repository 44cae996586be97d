#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/reports/roll_up.hpp"
#include "core/time.hpp"
#include "store/sqlite/database.hpp"

// What reports add up to, hour by hour and day by day: history that is as quick over a year as over a day.
namespace holdfast::store {

// Replaces the one that is there. Does nothing when the host has been removed.
void put_roll_up(Transaction& transaction, core::RollUpSpan span, const core::HostId& host, const core::RollUp& values);
// Those that start from `from` on and before `to`, oldest first.
std::vector<core::RollUp> list_roll_ups(View& view, core::RollUpSpan span, const core::HostId& host, core::Time from,
                                        core::Time to, core::RollUpParts parts = core::RollUpParts::All);

// That start before `before`, oldest first.
std::vector<core::OpenHour> list_open_hours(View& view, core::Time before, std::size_t limit);
// Of one host, from `from` on and before `to`, oldest first.
std::vector<core::Time> list_open_hours_of(View& view, const core::HostId& host, core::Time from, core::Time to,
                                           std::size_t limit);
// False when a report of that hour has come since it was listed: the hour stays open, and is listed again. So whoever
// reads an hour's reports after listing it, and puts the roll-up and closes it in one transaction, misses none.
bool close_hour(Transaction& transaction, const core::OpenHour& hour);

// Retention: removes what is all before `before`, hours a whole day and days 32 of them at a time. At most `limit` rows
// of the database, returns how many; 0 when it is done.
std::size_t remove_roll_ups_before(Transaction& transaction, core::RollUpSpan span, core::Time before,
                                   std::size_t limit);

}  // namespace holdfast::store
