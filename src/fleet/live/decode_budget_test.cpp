#include "live/decode_budget.hpp"

#include <gtest/gtest.h>

namespace holdfast::fleet {
namespace {

// How many of `waiting` documents of that size are decoded.
std::size_t decoded(DecodeBudget budget, std::size_t waiting, std::size_t bytes) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < waiting && !budget.spent(); i += budget.step(waiting - i - 1)) {
    budget.spend(bytes);
    ++count;
  }
  return count;
}

TEST(ADecodeBudget, TakesEveryDocumentWhenAllOfThemFit) {
  EXPECT_EQ(decoded({2000, 1'000'000}, 100, 4000), 100u);
  EXPECT_EQ(decoded({2000, 1'000'000}, 2000, 500), 2000u);
}

TEST(ADecodeBudget, IsNeverExceededByMoreThanOneDocument) {
  EXPECT_LE(decoded({2000, 1'000'000}, 5000, 1), 2000u);
  EXPECT_LE(decoded({2000, 1'000'000}, 5000, 10'000), 101u);
  EXPECT_EQ(decoded({2000, 1'000'000}, 5000, 9'000'000), 1u);
}

TEST(ADecodeBudget, SpreadsWhatItAllowsOverAllThatWait) {
  DecodeBudget budget(2000, 1'000'000);
  std::size_t last = 0;
  for (std::size_t i = 0; i < 1000 && !budget.spent(); i += budget.step(1000 - i - 1)) {
    budget.spend(20'000);
    last = i;
  }
  EXPECT_GE(last, 900u);
}

TEST(ADecodeBudget, IsSharedByItsParts) {
  const auto share = DecodeBudget(2000, 1'000'000).share(200);
  EXPECT_EQ(share.documents(), 10u);
  EXPECT_EQ(decoded(share, 60, 100), 10u);
}

}  // namespace
}  // namespace holdfast::fleet
