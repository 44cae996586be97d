#pragma once

#include <optional>
#include <string_view>

#include "core/report.hpp"

// How much memory is in use.
namespace holdfast::agent {

struct MemoryUse {
  core::Space memory;  // what cannot be had without swapping counts as used
  core::Space swap;    // a host without swap has 0 of 0 bytes

  bool operator==(const MemoryUse&) const = default;
};

// Of /proc/meminfo; nothing when the total is missing.
std::optional<MemoryUse> parse_memory(std::string_view meminfo);

}  // namespace holdfast::agent
