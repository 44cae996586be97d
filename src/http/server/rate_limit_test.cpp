#include "http/server/rate_limit.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>

namespace holdfast::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr RateLimit::TimePoint kStart{seconds(1000)};

TEST(RateLimit, GivesTheBurstAtOnceAndThenSaysHowLongToWait) {
  RateLimit limit(3, seconds(60));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limit.take("a", kStart), std::nullopt);
  EXPECT_EQ(limit.take("a", kStart), seconds(20));
  EXPECT_EQ(limit.take("a", kStart + seconds(15)), seconds(5));
  EXPECT_EQ(limit.take("a", kStart + seconds(20)), std::nullopt);
}

TEST(RateLimit, CountsEachKeyAlone) {
  RateLimit limit(1, seconds(60));
  EXPECT_EQ(limit.take("a", kStart), std::nullopt);
  EXPECT_EQ(limit.take("b", kStart), std::nullopt);
  EXPECT_NE(limit.take("a", kStart), std::nullopt);
}

TEST(RateLimit, IsNotConfusedByAClockThatGoesBack) {
  RateLimit limit(1, seconds(60));
  EXPECT_EQ(limit.take("a", kStart), std::nullopt);
  EXPECT_EQ(limit.take("a", kStart - seconds(3600)), seconds(60));
  EXPECT_EQ(limit.take("a", kStart + seconds(60)), std::nullopt);
}

TEST(RateLimit, RemembersOffendersWhenFullOfKeys) {
  RateLimit limit(2, seconds(60), 3);
  limit.take("offender", kStart);
  limit.take("offender", kStart);
  for (int i = 0; i < 100; ++i) limit.take(std::to_string(i), kStart);
  EXPECT_NE(limit.take("offender", kStart), std::nullopt);
}

TEST(RateLimit, NeverGivesMoreThanItsRate) {
  rc::check([](const std::vector<std::uint8_t>& pauses) {
    RateLimit limit(5, seconds(10));
    auto now = kStart;
    int given = 0;
    for (const auto pause : pauses) {
      now += milliseconds(pause);
      if (!limit.take("a", now)) ++given;
    }
    const std::chrono::duration<double> passed = now - kStart;
    RC_ASSERT(given <= std::floor(5 + passed.count() / 2 + 1e-6));
  });
}

}  // namespace
}  // namespace holdfast::http
