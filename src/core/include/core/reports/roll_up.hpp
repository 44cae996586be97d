#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/ids.hpp"
#include "core/time.hpp"

// What reports add up to, hour by hour and day by day.
namespace holdfast::core {

// Of one container.
struct ContainerUse {
  std::optional<double> cpu_mean;    // 100 for each core
  std::optional<double> memory_max;  // bytes

  bool operator==(const ContainerUse&) const = default;
};

// Values of one hour or one day (UTC) of a host. Absent: no report said so. Kept to a hundredth, memory to a KiB, rates
// to 16 bytes a second.
struct RollUp {
  Time start;
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

// Hours that have reports which are not in the roll-ups yet; add_report marks them.
struct OpenHour {
  HostId host;
  Time start;
  // Of that hour, when it was listed. Not of all: when the newest reports go with their host, the next get their ids.
  std::int64_t newest_report = 0;
};

}  // namespace holdfast::core
