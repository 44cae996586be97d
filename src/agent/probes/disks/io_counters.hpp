#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/reports/report.hpp"
#include "probes/host_paths.hpp"

// What went through network interfaces and disks.
namespace holdfast::agent {

// Bytes of one device since it was there.
struct IoCount {
  std::uint64_t in = 0;   // received, or read
  std::uint64_t out = 0;  // sent, or written

  bool operator==(const IoCount&) const = default;
};
using IoCounts = std::map<std::string, IoCount, std::less<>>;  // by the device's name

// Of /proc/net/dev and /proc/diskstats: all that is in there. A line that cannot be read is left out.
IoCounts parse_network_counts(std::string_view net_dev);
IoCounts parse_disk_counts(std::string_view diskstats);

// Those at one moment in which each byte is counted once: of the hardware, not of bridges, bonds, partitions and
// volumes on top of it. A container sees no hardware: there what leads out of it counts.
struct IoReading {
  IoCounts network;
  IoCounts disks;
};
IoReading read_io(const HostPaths& paths);

// Bytes a second, over the time between two readings.
struct IoRate {
  double in = 0;
  double out = 0;

  bool operator==(const IoRate&) const = default;
};
// Nothing when no device is in both, when no time has passed, or when a count is lower than before: it was set back or
// has wrapped, and nobody knows how often.
std::optional<IoRate> io_rate(const IoCounts& before, const IoCounts& after, std::chrono::milliseconds time);

core::NetworkReport network_report(const std::optional<IoRate>& rate);
core::DiskIoReport disk_io_report(const std::optional<IoRate>& rate);

}  // namespace holdfast::agent
