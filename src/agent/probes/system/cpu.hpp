#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/time.hpp"
#include "probes/host_paths.hpp"

// How busy the processors are.
namespace holdfast::agent {

// Ticks since the host started, of all processors together.
struct CpuTimes {
  std::uint64_t total = 0;
  std::uint64_t idle = 0;

  bool operator==(const CpuTimes&) const = default;
};

// Of /proc/stat.
std::optional<CpuTimes> parse_cpu_times(std::string_view stat);
std::optional<core::Time> parse_boot_time(std::string_view stat);
// Of /proc/loadavg and /proc/uptime.
std::optional<std::array<double, 3>> parse_load(std::string_view loadavg);
std::optional<std::uint64_t> parse_uptime(std::string_view uptime);

// How busy they were between two looks; nothing when no time has passed, or the counters were set back.
std::optional<double> busy_percent(const CpuTimes& before, const CpuTimes& after);

// How many processors a control group may use at most: of cpu.max, or of cpu.cfs_quota_us and cpu.cfs_period_us.
// Nothing when it may use all.
std::optional<double> parse_cpu_max(std::string_view cpu_max);
std::optional<double> parse_cpu_quota(std::string_view quota, std::string_view period);

// What `allowed` processors under these limits amount to: whole ones, at least one.
std::uint64_t count_cores(std::uint64_t allowed, const std::vector<double>& limits);
// Of this host, or as many as its container may use.
std::uint64_t read_cores(const HostPaths& paths);

}  // namespace holdfast::agent
