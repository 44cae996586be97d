#include "reports/forecast.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;

const core::Time kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22);

// One value an hour up to now.
template <class Percent>
std::vector<core::RollUp> hours(int count, Percent percent) {
  std::vector<core::RollUp> made;
  for (int hour = -count; hour < 0; ++hour) {
    auto& point = made.emplace_back();
    point.start = kNow + std::chrono::hours(hour);
    point.disk_max = percent(hour);
  }
  return made;
}

TEST(DiskFullAt, FollowsAStraightLine) {
  // 50% now, one percent a day: 50 days.
  const auto full = disk_full_at(hours(168, [](int hour) { return 50 + hour / 24.0; }), kNow);
  ASSERT_TRUE(full);
  EXPECT_LT(std::chrono::abs(*full - (kNow + 24h * 50)), 1h);
}

TEST(DiskFullAt, IsNowWhereTheLineIsThereAlready) {
  EXPECT_EQ(disk_full_at(hours(168, [](int hour) { return 101 + hour / 24.0; }), kNow), kNow);
}

TEST(DiskFullAt, NeedsTwoDays) {
  const auto rising = [](int hour) { return 50 + hour / 24.0; };
  EXPECT_FALSE(disk_full_at(hours(48, rising), kNow));
  EXPECT_TRUE(disk_full_at(hours(49, rising), kNow));
  EXPECT_FALSE(disk_full_at({}, kNow));
}

TEST(DiskFullAt, SaysNothingOfADiskThatIsNotFilling) {
  EXPECT_FALSE(disk_full_at(hours(168, [](int) { return 80.0; }), kNow));
  EXPECT_FALSE(disk_full_at(hours(168, [](int hour) { return 50 - hour / 24.0; }), kNow));
}

TEST(DiskFullAt, SaysNothingOfADiskThatFillsAndEmptiesEveryNight) {
  EXPECT_FALSE(disk_full_at(hours(60, [](int hour) { return 40 + 2.0 * ((hour + 240) % 24); }), kNow));
}

TEST(DiskFullAt, SaysNothingOfWhatIsFartherThanAYear) {
  EXPECT_FALSE(disk_full_at(hours(168, [](int hour) { return 10 + hour / 24.0 / 10; }), kNow));
}

TEST(DiskFullAt, PassesOverHoursWithoutADisk) {
  auto with_gaps = hours(168, [](int hour) { return 50 + hour / 24.0; });
  for (std::size_t i = 0; i < with_gaps.size(); i += 3) with_gaps[i].disk_max.reset();
  EXPECT_TRUE(disk_full_at(with_gaps, kNow));
}

}  // namespace
}  // namespace holdfast::fleet
