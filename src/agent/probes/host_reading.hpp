#pragma once

#include <array>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/time.hpp"
#include "probes/disks/io_counters.hpp"
#include "probes/disks/mounts.hpp"
#include "probes/disks/volumes.hpp"
#include "probes/host_paths.hpp"
#include "probes/system/cpu.hpp"
#include "probes/system/memory.hpp"

namespace holdfast::agent {

// A mounted disk, and what it is.
struct MountedDisk {
  Mount mount;
  VolumeName name;
  std::vector<std::string> whole_disks;  // in /dev, that it lies on
};

// What the kernel's own files say at one moment. What they do not say is absent.
struct HostReading {
  std::optional<CpuTimes> cpu;
  std::optional<std::uint64_t> cores;
  std::optional<std::array<double, 3>> load;
  std::optional<double> temperature;
  std::optional<std::uint64_t> uptime;
  std::optional<core::Time> boot_time;
  std::optional<MemoryUse> memory;
  IoReading io;
  std::vector<MountedDisk> disks;         // at most kMostDisks
  std::set<std::string> writable_points;  // where a disk is to be that can be written to
};
inline constexpr std::size_t kMostDisks = 512;

// Reads small files, of which those of sensors may be slow: not on the loop.
HostReading read_host(const HostPaths& paths);
std::optional<CpuTimes> read_cpu_times(const HostPaths& paths);

}  // namespace holdfast::agent
