#include "probes/system/memory.hpp"

#include <gtest/gtest.h>

#include "probes/sample_host.hpp"

namespace holdfast::agent {
namespace {

TEST(Memory, InUseIsWhatIsNotAvailable) {
  const auto use = parse_memory(
      "MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    250 kB\nHugePages_Total:   0\n"
      "SwapTotal:       200 kB\nSwapFree:        150 kB\n");
  ASSERT_TRUE(use);
  EXPECT_EQ(use->memory, (core::Space{1000 * 1024, 750 * 1024, 75.0}));
  EXPECT_EQ(use->swap, (core::Space{200 * 1024, 50 * 1024, 25.0}));
}

TEST(Memory, OfOldKernelsIsGuessedFromWhatIsFreeAndCached) {
  const auto use = parse_memory("MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 50 kB\nCached: 250 kB\n");
  ASSERT_TRUE(use);
  EXPECT_EQ(use->memory.used_bytes, 600u * 1024);
  EXPECT_EQ(use->swap, core::Space());
}

TEST(Memory, WithoutSwapHasNoneAndNoPercentage) {
  const auto use = parse_memory("MemTotal: 1000 kB\nMemAvailable: 1000 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n");
  ASSERT_TRUE(use);
  EXPECT_EQ(use->swap, (core::Space{0, 0, std::nullopt}));
}

TEST(Memory, IsNeverMoreInUseThanThereIs) {
  const auto use = parse_memory("MemTotal: 10 kB\nMemAvailable: 20 kB\n");
  ASSERT_TRUE(use);
  EXPECT_EQ(use->memory.used_bytes, 0u);
}

constexpr std::string_view kStorageServer = "MemTotal: 65536000 kB\nMemAvailable: 1900000 kB\n";
constexpr std::string_view kArcstats =
    "13 1 0x01 96 26112 7968523178 8467862\nname type data\nhits 4 123\nc_min 4 2147483648\n"
    "c_max 4 50000000000\nsize 4 42949672960\n";

TEST(Memory, InUseByTheCacheOfZfsIsGivenBackOnDemand) {
  EXPECT_EQ(parse_zfs_cache(kArcstats), 40'802'189'312u);
  const auto use = parse_memory(kStorageServer, 40'802'189'312);
  ASSERT_TRUE(use);
  EXPECT_EQ(use->memory.percent, 36.3);
}

TEST(Memory, IsNotThatOfAHostWhoseCacheIsLarger) {
  EXPECT_EQ(parse_memory("MemTotal: 1000 kB\nMemAvailable: 100 kB\n", 40'000'000'000)->memory.percent, 90.0);
}

TEST(ZfsCache, IsWhatItHasAboveItsLeastSize) {
  EXPECT_EQ(parse_zfs_cache("c_min 4 20\nsize 4 10\n"), 0u);
  for (const char* text : {"", "size 4 10\n", "c_min 4 10\n", "size 4\nc_min 4 x\n"}) {
    EXPECT_EQ(parse_zfs_cache(text), std::nullopt) << text;
  }
}

class HostMemoryTest : public testing::Test {
 protected:
  HostMemoryTest() {
    host_.put("proc/meminfo", kStorageServer);
    host_.put("proc/spl/kstat/zfs/arcstats", kArcstats);
  }
  std::optional<double> percent() { return read_memory(host_.paths())->memory.percent; }

  test::SampleHost host_;
};

TEST_F(HostMemoryTest, IsReadWithTheCacheOfZfs) {
  EXPECT_EQ(percent(), 36.3);
}

TEST_F(HostMemoryTest, OfAContainerIsReadWithoutTheCacheOfItsHost) {
  host_.put("run/systemd/container", "lxc\n");
  EXPECT_EQ(percent(), 97.1);
}

TEST_F(HostMemoryTest, OfAContainerWithoutSystemdIsReadWithoutTheCacheOfItsHost) {
  host_.put("proc/self/mountinfo", "9 1 0:9 /proc/meminfo /proc/meminfo rw - fuse.lxcfs lxcfs rw\n");
  EXPECT_EQ(percent(), 97.1);
}

TEST(Memory, IsUnknownWithoutATotal) {
  for (const char* text : {"", "MemFree: 1 kB\n", "MemTotal: kB\n", "MemTotal: 18446744073709551615 kB\n"}) {
    EXPECT_EQ(parse_memory(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace holdfast::agent
