#include "text.hpp"

#include <gtest/gtest.h>

namespace holdfast::http {
namespace {

TEST(Text, FindsTokensInListsWithoutRegardToCase) {
  EXPECT_TRUE(has_token("keep-alive, Upgrade", "upgrade"));
  EXPECT_FALSE(has_token("upgraded", "upgrade"));
  EXPECT_FALSE(has_token("", "upgrade"));
}

}  // namespace
}  // namespace holdfast::http
