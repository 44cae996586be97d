#include "text/duration.hpp"

#include <gtest/gtest.h>

namespace holdfast::text {
namespace {

using namespace std::chrono_literals;

TEST(FormatAge, UsesAtMostTwoUnits) {
  EXPECT_EQ(format_age(-5s), "0 s");
  EXPECT_EQ(format_age(8s), "8 s");
  EXPECT_EQ(format_age(41min + 59s), "41 min");
  EXPECT_EQ(format_age(2h), "2 h");
  EXPECT_EQ(format_age(2h + 14min), "2 h 14 min");
  EXPECT_EQ(format_age(24h * 3 + 4h + 5min), "3 d 4 h");
}

}  // namespace
}  // namespace holdfast::text
