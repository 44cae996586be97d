#include "text/number.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace holdfast::text {
namespace {

TEST(ParseNumber, TakesAllOfTheTextOrNothing) {
  EXPECT_EQ(parse_number<int>("0042"), 42);
  EXPECT_EQ(parse_number<int>("-7"), -7);
  EXPECT_EQ(parse_number<std::uint64_t>("18446744073709551615"), 18446744073709551615U);
  for (const auto* text : {"", "-", "+1", " 1", "1 ", "1x", "0x1", "1.0", "2147483648"})
    EXPECT_EQ(parse_number<int>(text), std::nullopt) << text;
  EXPECT_EQ(parse_number<unsigned>("-1"), std::nullopt);
  EXPECT_EQ(parse_number<std::uint16_t>("65536"), std::nullopt);
}

}  // namespace
}  // namespace holdfast::text
