#include "output/progress.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast::restic {
namespace {

using namespace std::chrono_literals;

constexpr runtime::WallTime kWall{std::chrono::milliseconds(1'795'328'460'000)};
constexpr std::uint64_t kMegabyte = 1'000'000;

Status bytes(std::uint64_t done, std::uint64_t total = 1000 * kMegabyte) {
  return {.fraction = 0.5,
          .files_total = 9,
          .files_done = 4,
          .bytes_total = total,
          .bytes_done = done,
          .errors = 1,
          .current_files = {"/a", "/b", "/c", "/d", "/e", "/f"}};
}

class Meter : public testing::Test {
 protected:
  std::optional<core::JobProgress> at(std::chrono::milliseconds since_start, const Status& status) {
    return meter.update(status, start + since_start, kWall);
  }
  ProgressMeter meter;
  ProgressMeter::Moment start{};
};

TEST_F(Meter, PassesOnWhatResticSays) {
  const auto progress = at(0s, bytes(5));
  ASSERT_TRUE(progress);
  EXPECT_EQ(progress->fraction, 0.5);
  EXPECT_EQ(progress->bytes_done, 5u);
  EXPECT_EQ(progress->files_done, 4u);
  EXPECT_EQ(progress->files_total, 9u);
  EXPECT_EQ(progress->errors, 1u);
  EXPECT_EQ(progress->at, kWall);
}

TEST_F(Meter, NamesAFewFilesOnly) {
  EXPECT_EQ(at(0s, bytes(5))->current_files.size(), 4u);
}

TEST_F(Meter, SpeaksOnceASecondHoweverOftenResticDoes) {
  int spoken = 0;
  for (int i = 0; i < 600; ++i) spoken += at(i * 1000ms / 60, bytes(static_cast<std::uint64_t>(i))).has_value();
  EXPECT_EQ(spoken, 10);
}

TEST_F(Meter, DoesNotMissEverySecondLineOfAResticThatJitters) {
  int spoken = 0;
  for (int i = 0; i < 100; ++i) spoken += at(i * 1000ms + (i % 2 ? -3ms : 3ms), bytes(1)).has_value();
  EXPECT_GE(spoken, 98);
}

TEST_F(Meter, HasNoRateAndNoRemainingTimeAtTheStart) {
  const auto progress = at(0s, bytes(500));
  EXPECT_EQ(progress->bytes_per_second, 0u);
  EXPECT_EQ(progress->remaining, std::nullopt);
}

TEST_F(Meter, SmoothsTheRateOverSeconds) {
  at(0s, bytes(0));
  at(1s, bytes(10 * kMegabyte));
  at(2s, bytes(10 * kMegabyte));
  at(3s, bytes(50 * kMegabyte));
  EXPECT_EQ(at(4s, bytes(60 * kMegabyte))->bytes_per_second, 15 * kMegabyte);
}

TEST_F(Meter, ForgetsARateThatIsLongAgo) {
  at(0s, bytes(0));
  at(1s, bytes(500 * kMegabyte));
  std::optional<core::JobProgress> last;
  for (int i = 2; i < 12; ++i) last = at(i * 1s, bytes(500 * kMegabyte));
  EXPECT_EQ(last->bytes_per_second, 0u);
  EXPECT_EQ(last->remaining, std::nullopt);
}

TEST_F(Meter, EstimatesTheRemainingTimeOfASteadyBackup) {
  std::optional<core::JobProgress> last;
  for (std::uint64_t i = 0; i <= 10; ++i) last = at(std::chrono::seconds(i), bytes(i * 10 * kMegabyte));
  EXPECT_EQ(last->remaining, 90s);
}

TEST_F(Meter, DoesNotEstimateWhileResticStillCounts) {
  std::optional<core::JobProgress> last;
  for (std::uint64_t i = 0; i <= 10; ++i) {
    last = at(std::chrono::seconds(i), bytes(i * 10 * kMegabyte, 1000 * kMegabyte + i));
  }
  EXPECT_EQ(last->remaining, std::nullopt);
}

TEST_F(Meter, DoesNotEstimateFromARateThatJumps) {
  std::optional<core::JobProgress> last;
  const std::uint64_t done[] = {0, 1, 2, 3, 60, 120, 180};
  for (std::size_t i = 0; i < std::size(done); ++i) {
    last = at(std::chrono::seconds(i), bytes(done[i] * kMegabyte));
  }
  EXPECT_EQ(last->remaining, std::nullopt);
  EXPECT_GT(last->bytes_per_second, 0u);
}

RC_GTEST_PROP(ProgressMeter, TakesAnyNumbers, (const std::vector<std::pair<std::uint64_t, std::uint64_t>>& numbers)) {
  ProgressMeter meter;
  ProgressMeter::Moment now{};
  for (const auto& [done, total] : numbers) {
    now += std::chrono::milliseconds(done % 5000);
    const auto progress = meter.update(bytes(done, total), now, kWall);
    if (progress && progress->remaining) RC_ASSERT(progress->remaining->count() >= 0);
  }
}

}  // namespace
}  // namespace holdfast::restic
