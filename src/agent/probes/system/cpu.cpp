#include "probes/system/cpu.hpp"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "probes/system/kernel_text.hpp"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;

constexpr int kIdle = 3;
constexpr int kIowait = 4;
constexpr int kSteal = 7;  // what comes after it is part of the first two already

// The rest of the line that begins with `name`.
std::optional<std::string_view> find_line(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (take_field(line) == name) return line;
  }
  return std::nullopt;
}

// Only a container has limits at the root of what it sees. Those of the agent's own service say nothing of the host.
std::vector<double> read_limits(const HostPaths& paths) {
  std::vector<double> limits;
  const fs::path root = paths.sys / "fs" / "cgroup";
  if (const auto limit = parse_cpu_max(read_or_empty(root / "cpu.max"))) limits.push_back(*limit);
  const auto limit = parse_cpu_quota(read_or_empty(root / "cpu" / "cpu.cfs_quota_us"),
                                     read_or_empty(root / "cpu" / "cpu.cfs_period_us"));
  if (limit) limits.push_back(*limit);
  return limits;
}

std::uint64_t allowed_processors() {
  std::array<cpu_set_t, 8> sets{};  // one alone ends at 1,024 processors
  if (::sched_getaffinity(0, sizeof sets, sets.data()) != 0) return 1;
  return static_cast<std::uint64_t>(CPU_COUNT_S(sizeof sets, sets.data()));
}

}  // namespace

std::optional<CpuTimes> parse_cpu_times(std::string_view stat) {
  auto line = find_line(stat, "cpu");
  if (!line) return std::nullopt;
  CpuTimes times;
  for (int i = 0; i <= kSteal; ++i) {
    const auto ticks = parse_count(take_field(*line));
    if (!ticks && i <= kIdle) return std::nullopt;
    times.total += ticks.value_or(0);
    if (i == kIdle || i == kIowait) times.idle += ticks.value_or(0);
  }
  return times;
}

std::optional<core::Time> parse_boot_time(std::string_view stat) {
  auto line = find_line(stat, "btime");
  const auto seconds = line ? parse_count(take_field(*line)) : std::nullopt;
  constexpr std::uint64_t kYear9999 = 253'402'300'799;
  if (!seconds || *seconds > kYear9999) return std::nullopt;
  return core::Time(core::seconds(*seconds));
}

std::optional<std::array<double, 3>> parse_load(std::string_view loadavg) {
  std::array<double, 3> load{};
  for (double& value : load) {
    const auto parsed = parse_decimal(take_field(loadavg));
    if (!parsed) return std::nullopt;
    value = *parsed;
  }
  return load;
}

std::optional<std::uint64_t> parse_uptime(std::string_view uptime) {
  const std::string_view field = take_field(uptime);
  return parse_count(field.substr(0, field.find('.')));
}

std::optional<double> busy_percent(const CpuTimes& before, const CpuTimes& after) {
  if (after.total <= before.total) return std::nullopt;
  const std::uint64_t total = after.total - before.total;
  // The time spent waiting for disks is an estimate that may go back.
  const std::uint64_t idle = after.idle > before.idle ? std::min(after.idle - before.idle, total) : 0;
  return percent_of(static_cast<double>(total - idle), static_cast<double>(total));
}

std::optional<double> parse_cpu_max(std::string_view cpu_max) {
  std::string_view line = take_line(cpu_max);
  const std::string_view quota = take_field(line);
  return parse_cpu_quota(quota, take_field(line));
}

std::optional<double> parse_cpu_quota(std::string_view quota, std::string_view period) {
  const auto used = parse_count(take_line(quota));  // "max" and "-1" mean all
  const auto each = parse_count(take_line(period));
  if (!used || !each || *each == 0) return std::nullopt;
  return static_cast<double>(*used) / static_cast<double>(*each);
}

std::uint64_t count_cores(std::uint64_t allowed, const std::vector<double>& limits) {
  double cores = static_cast<double>(allowed);
  for (const double limit : limits) cores = std::min(cores, std::ceil(limit));
  return static_cast<std::uint64_t>(std::max(cores, 1.0));
}

std::uint64_t read_cores(const HostPaths& paths) {
  return count_cores(allowed_processors(), read_limits(paths));
}

}  // namespace holdfast::agent
