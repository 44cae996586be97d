#include "probes/system/memory.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>

#include "probes/disks/mounts.hpp"
#include "probes/system/kernel_text.hpp"

namespace holdfast::agent {
namespace {

// KiB, although the kernel writes kB.
struct Figures {
  std::optional<std::uint64_t> total, available, free, buffers, cached, swap_total, swap_free;

  std::optional<std::uint64_t>* find(std::string_view name) {
    if (name == "MemTotal:") return &total;
    if (name == "MemAvailable:") return &available;
    if (name == "MemFree:") return &free;
    if (name == "Buffers:") return &buffers;
    if (name == "Cached:") return &cached;
    if (name == "SwapTotal:") return &swap_total;
    return name == "SwapFree:" ? &swap_free : nullptr;
  }
};

// systemd is told by who starts it, and LXC shows the container a file of its own.
bool is_in_container(const HostPaths& paths) {
  std::error_code failed;
  if (std::filesystem::exists(paths.run / "systemd" / "container", failed)) return true;
  const auto mounts = parse_mountinfo(read_or_empty(paths.proc / "self" / "mountinfo"));
  return std::ranges::any_of(
      mounts, [](const Mount& mount) { return mount.point == "/proc/meminfo" && mount.fstype == "fuse.lxcfs"; });
}

constexpr std::uint64_t kMaxKib = std::uint64_t{1} << 50;

Figures read_figures(std::string_view meminfo) {
  Figures figures;
  while (!meminfo.empty()) {
    std::string_view line = take_line(meminfo);
    auto* figure = figures.find(take_field(line));
    const auto value = figure ? parse_count(take_field(line)) : std::nullopt;
    if (value && *value <= kMaxKib) *figure = value;
  }
  return figures;
}

core::Space space_of(std::uint64_t total, std::uint64_t left) {
  const std::uint64_t used = total - std::min(left, total);
  return {total * 1024, used * 1024, percent_of(static_cast<double>(used), static_cast<double>(total))};
}

}  // namespace

std::optional<MemoryUse> parse_memory(std::string_view meminfo, std::uint64_t given_back) {
  const Figures figures = read_figures(meminfo);
  if (!figures.total) return std::nullopt;
  // Kernels before 3.14 do not say what is available.
  const std::uint64_t guessed = figures.free.value_or(0) + figures.buffers.value_or(0) + figures.cached.value_or(0);
  const std::uint64_t cache = given_back / 1024;
  // One that is larger than the memory is that of another host.
  const std::uint64_t available = figures.available.value_or(guessed) + (cache < *figures.total ? cache : 0);
  MemoryUse use;
  use.memory = space_of(*figures.total, available);
  if (figures.swap_total && figures.swap_free) use.swap = space_of(*figures.swap_total, *figures.swap_free);
  return use;
}

// name type data
std::optional<std::uint64_t> parse_zfs_cache(std::string_view arcstats) {
  std::optional<std::uint64_t> size, least;
  while (!arcstats.empty()) {
    std::string_view line = take_line(arcstats);
    const std::string_view name = take_field(line);
    take_field(line);
    if (name == "size") size = parse_count(take_field(line));
    if (name == "c_min") least = parse_count(take_field(line));
  }
  if (!size || !least) return std::nullopt;
  return *size - std::min(*least, *size);
}

std::optional<MemoryUse> read_memory(const HostPaths& paths) {
  const std::string meminfo = read_or_empty(paths.proc / "meminfo");
  if (is_in_container(paths)) return parse_memory(meminfo);
  const std::string arcstats = read_or_empty(paths.proc / "spl" / "kstat" / "zfs" / "arcstats");
  return parse_memory(meminfo, parse_zfs_cache(arcstats).value_or(0));
}

}  // namespace holdfast::agent
