#include "probes/disks/file_system_use.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace holdfast::agent {
namespace {

struct statvfs figures(std::uint64_t blocks, std::uint64_t free, std::uint64_t available) {
  struct statvfs result{};
  result.f_bsize = 1 << 20;  // of transfers, not of blocks
  result.f_frsize = 4096;
  result.f_blocks = blocks;
  result.f_bfree = free;
  result.f_bavail = available;
  return result;
}

TEST(FileSystemUse, IsWhatDfShows) {
  // df: 1000 blocks, 250 used, 700 available: 26.3 %, shown as 27 %.
  const auto use = use_of(figures(1000, 750, 700));
  ASSERT_TRUE(use);
  EXPECT_EQ(use->space, (core::Space{1000 * 4096, 250 * 4096, 27.0}));
  EXPECT_EQ(use_of(figures(1000, 750, 750))->space.percent, 25.0);
  EXPECT_EQ(use_of(figures(1000, 50, 0))->space.percent, 100.0);
}

TEST(FileSystemUse, CountsInodesWhereTheyCanRunOut) {
  auto some = figures(1000, 1000, 1000);
  EXPECT_EQ(use_of(some)->inodes_percent, std::nullopt);
  some.f_files = 100;
  some.f_ffree = some.f_favail = 90;
  EXPECT_EQ(use_of(some)->inodes_percent, 10.0);
}

TEST(FileSystemUse, IsNothingWithoutASize) {
  EXPECT_EQ(use_of(figures(0, 0, 0)), std::nullopt);
  auto sizeless = figures(10, 5, 5);
  sizeless.f_frsize = sizeless.f_bsize = 0;
  EXPECT_EQ(use_of(sizeless), std::nullopt);
}

TEST(FileSystemUse, StandsAnyNonsense) {
  const auto most = std::numeric_limits<std::uint64_t>::max();
  const auto use = use_of(figures(most, most, most));
  ASSERT_TRUE(use);
  EXPECT_EQ(use->space.used_bytes, 0u);
  EXPECT_EQ(use->space.total_bytes, std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(use_of(figures(10, 20, 20))->space.percent, 0.0);
}

}  // namespace
}  // namespace holdfast::agent
