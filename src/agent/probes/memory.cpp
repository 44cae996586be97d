#include "probes/memory.hpp"

#include <algorithm>

#include "probes/kernel_text.hpp"

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

std::optional<MemoryUse> parse_memory(std::string_view meminfo) {
  const Figures figures = read_figures(meminfo);
  if (!figures.total) return std::nullopt;
  // Kernels before 3.14 do not say what is available.
  const std::uint64_t guessed = figures.free.value_or(0) + figures.buffers.value_or(0) + figures.cached.value_or(0);
  MemoryUse use;
  use.memory = space_of(*figures.total, figures.available.value_or(guessed));
  if (figures.swap_total && figures.swap_free) use.swap = space_of(*figures.swap_total, *figures.swap_free);
  return use;
}

}  // namespace holdfast::agent
