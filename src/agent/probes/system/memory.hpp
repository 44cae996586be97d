#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/reports/report.hpp"
#include "probes/host_paths.hpp"

// How much memory is in use.
namespace holdfast::agent {

struct MemoryUse {
  core::Space memory;  // what cannot be had without swapping counts as used
  core::Space swap;    // a host without swap has 0 of 0 bytes

  bool operator==(const MemoryUse&) const = default;
};

// Of /proc/meminfo; nothing when the total is missing. `given_back`: bytes that the kernel would free for whoever needs
// them and does not count as available.
std::optional<MemoryUse> parse_memory(std::string_view meminfo, std::uint64_t given_back = 0);

// Of /proc/spl/kstat/zfs/arcstats: by how much the cache of ZFS would shrink.
std::optional<std::uint64_t> parse_zfs_cache(std::string_view arcstats);

// Of this host; in a container, which sees the cache of another, without that.
std::optional<MemoryUse> read_memory(const HostPaths& paths);

}  // namespace holdfast::agent
