#include "probes/memory.hpp"

#include <gtest/gtest.h>

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

TEST(Memory, IsUnknownWithoutATotal) {
  for (const char* text : {"", "MemFree: 1 kB\n", "MemTotal: kB\n", "MemTotal: 18446744073709551615 kB\n"}) {
    EXPECT_EQ(parse_memory(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace holdfast::agent
