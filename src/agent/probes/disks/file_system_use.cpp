#include "probes/disks/file_system_use.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace holdfast::agent {
namespace {

// Rounded up, of what may be used: what is reserved for root counts neither as used nor as free.
std::optional<double> percent_used(std::uint64_t used, std::uint64_t available) {
  const long double whole = static_cast<long double>(used) + static_cast<long double>(available);
  if (whole == 0) return std::nullopt;
  return static_cast<double>(std::ceil(static_cast<long double>(used) * 100 / whole));
}

std::uint64_t bytes(std::uint64_t blocks, std::uint64_t block_size) {
  std::uint64_t product = 0;
  const bool overflows = __builtin_mul_overflow(blocks, block_size, &product);
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  return overflows ? kMost : std::min(product, kMost);
}

}  // namespace

std::optional<FileSystemUse> use_of(const struct statvfs& figures) {
  const std::uint64_t block_size = figures.f_frsize ? figures.f_frsize : figures.f_bsize;
  if (figures.f_blocks == 0 || block_size == 0) return std::nullopt;
  const std::uint64_t used = figures.f_blocks - std::min(figures.f_bfree, figures.f_blocks);
  FileSystemUse use;
  use.space = {bytes(figures.f_blocks, block_size), bytes(used, block_size), percent_used(used, figures.f_bavail)};
  if (figures.f_files > 0) {
    const std::uint64_t files = figures.f_files - std::min(figures.f_ffree, figures.f_files);
    use.inodes_percent = percent_used(files, figures.f_favail);
  }
  return use;
}

}  // namespace holdfast::agent
