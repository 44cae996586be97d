#include "probes/host_reading.hpp"

#include <algorithm>

#include "probes/disks/pools.hpp"
#include "probes/system/kernel_text.hpp"
#include "probes/system/temperature.hpp"

namespace holdfast::agent {
namespace {

std::vector<MountedDisk> read_disks(const HostPaths& paths) {
  const auto mounts = parse_mountinfo(read_or_empty(paths.proc / "self" / "mountinfo"));
  const auto nodev_types = parse_nodev_types(read_or_empty(paths.proc / "filesystems"));
  const auto links = read_volume_links(paths);
  auto found = find_disks(mounts, nodev_types);
  found.resize(std::min(found.size(), kMostDisks));
  std::vector<MountedDisk> disks;
  for (Mount& mount : found) {
    const std::string device = find_block_device(paths, mount);
    VolumeName name = find_volume_name(paths, links, device);
    const auto members = find_members(paths, mount, device, name.uuid);
    disks.push_back({std::move(mount), std::move(name), find_whole_disks(paths, members)});
  }
  return disks;
}

}  // namespace

std::optional<CpuTimes> read_cpu_times(const HostPaths& paths) {
  return parse_cpu_times(read_or_empty(paths.proc / "stat"));
}

HostReading read_host(const HostPaths& paths) {
  HostReading reading;
  const std::string stat = read_or_empty(paths.proc / "stat");
  reading.cpu = parse_cpu_times(stat);
  reading.boot_time = parse_boot_time(stat);
  reading.cores = read_cores(paths);
  reading.load = parse_load(read_or_empty(paths.proc / "loadavg"));
  reading.temperature = read_temperature(paths);
  reading.uptime = parse_uptime(read_or_empty(paths.proc / "uptime"));
  reading.memory = read_memory(paths);
  reading.io = read_io(paths);
  reading.disks = read_disks(paths);
  reading.writable_points = parse_writable_points(read_or_empty(paths.etc / "fstab"));
  return reading;
}

}  // namespace holdfast::agent
