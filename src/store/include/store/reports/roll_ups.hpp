#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "store/sqlite/database.hpp"

// What reports add up to, hour by hour and day by day: history that is as quick over a year as over a day.
namespace holdfast::store {

// Of one container.
struct ContainerUse {
  std::optional<double> cpu_mean;    // 100 for each core
  std::optional<double> memory_max;  // bytes

  bool operator==(const ContainerUse&) const = default;
};

// Values of one hour or one day (UTC) of a host. Absent: no report said so. Kept to a hundredth, memory to a KiB, rates
// to 16 bytes a second.
struct RollUp {
  core::Time start;
  std::uint64_t reports = 0;
  std::optional<double> cpu_mean;
  std::optional<double> cpu_max;
  std::optional<double> memory_mean;
  std::optional<double> memory_max;
  std::optional<double> swap_max;
  std::optional<double> load_mean;
  std::optional<double> temperature_max;
  std::optional<double> disk_max;                  // percent of the fullest
  std::map<std::string, double> disks;             // by mount, the highest percent; at most 16
  std::optional<double> containers_running;        // the fewest
  std::optional<double> containers_total;          // the most
  std::optional<double> containers_unhealthy;      // the most
  std::optional<std::chrono::seconds> backup_age;  // the highest
  std::optional<double> network_received;          // bytes a second: the means
  std::optional<double> network_sent;
  std::optional<double> disk_read;
  std::optional<double> disk_written;
  std::map<std::string, ContainerUse> container_use;  // by full name; at most 16

  bool operator==(const RollUp&) const = default;
};
enum class RollUpSpan { Hour, Day };

// What is read of them: all, or only what is not told apart by disk or container.
enum class RollUpParts { All, Totals };

// Replaces the one that is there. Does nothing when the host has been removed.
void put_roll_up(Transaction& transaction, RollUpSpan span, const core::HostId& host, const RollUp& values);
// Those that start from `from` on and before `to`, oldest first.
std::vector<RollUp> list_roll_ups(View& view, RollUpSpan span, const core::HostId& host, core::Time from, core::Time to,
                                  RollUpParts parts = RollUpParts::All);

// Hours that have reports which are not in the roll-ups yet; add_report marks them.
struct OpenHour {
  core::HostId host;
  core::Time start;
  // Of that hour, when it was listed. Not of all: when the newest reports go with their host, the next get their ids.
  std::int64_t newest_report = 0;
};
// That start before `before`, oldest first.
std::vector<OpenHour> list_open_hours(View& view, core::Time before, std::size_t limit);
// Of one host, from `from` on and before `to`, oldest first.
std::vector<core::Time> list_open_hours_of(View& view, const core::HostId& host, core::Time from, core::Time to,
                                           std::size_t limit);
// False when a report of that hour has come since it was listed: the hour stays open, and is listed again. So whoever
// reads an hour's reports after listing it, and puts the roll-up and closes it in one transaction, misses none.
bool close_hour(Transaction& transaction, const OpenHour& hour);

// Retention: removes what is all before `before`, hours a whole day and days 32 of them at a time. At most `limit` rows
// of the database, returns how many; 0 when it is done.
std::size_t remove_roll_ups_before(Transaction& transaction, RollUpSpan span, core::Time before, std::size_t limit);

}  // namespace holdfast::store
