#include "core/job.hpp"

#include <gtest/gtest.h>

namespace holdfast::core {
namespace {

TEST(SuddenFall, IsWhenLessThanAQuarterIsLeft) {
  EXPECT_TRUE(is_sudden_fall(100, 24));
  EXPECT_FALSE(is_sudden_fall(100, 25));
  EXPECT_TRUE(is_sudden_fall(48'210, 0));
  EXPECT_FALSE(is_sudden_fall(100, 5'000));
}

TEST(SuddenFall, IsNoneOfAFewFiles) {
  EXPECT_TRUE(is_sudden_fall(10, 1));
  EXPECT_FALSE(is_sudden_fall(9, 1));
  EXPECT_FALSE(is_sudden_fall(0, 0));
}

}  // namespace
}  // namespace holdfast::core
