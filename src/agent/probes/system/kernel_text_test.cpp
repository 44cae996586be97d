#include "probes/system/kernel_text.hpp"

#include <gtest/gtest.h>

namespace holdfast::agent {
namespace {

TEST(KernelText, IsTakenApartLineByLine) {
  std::string_view text = "one\n\nlast";
  EXPECT_EQ(take_line(text), "one");
  EXPECT_EQ(take_line(text), "");
  EXPECT_EQ(take_line(text), "last");
  EXPECT_EQ(text, "");
  EXPECT_EQ(take_line(text), "");
}

TEST(KernelText, HasFieldsBetweenBlanks) {
  std::string_view line = "  MemTotal: \t 16  ";
  EXPECT_EQ(take_field(line), "MemTotal:");
  EXPECT_EQ(take_field(line), "16");
  EXPECT_EQ(take_field(line), "");
  EXPECT_EQ(take_field(line), "");
}

TEST(KernelText, HasNumbersThatAreNothingElse) {
  EXPECT_EQ(parse_count("18446744073709551615"), 18446744073709551615u);
  for (const char* text : {"", " 1", "1 ", "-1", "1.0", "0x1", "18446744073709551616", "one"}) {
    EXPECT_EQ(parse_count(text), std::nullopt) << text;
  }
}

TEST(KernelText, HasNumbersWithAPoint) {
  EXPECT_EQ(parse_decimal("12"), 12.0);
  EXPECT_EQ(parse_decimal("0.25"), 0.25);
  EXPECT_EQ(parse_decimal("120.05"), 120.05);
  EXPECT_EQ(parse_decimal("2.72"), 2.72);
  EXPECT_EQ(parse_decimal("18446744073709551615.999999999999999"), 18446744073709551616.0);
  for (const char* text :
       {"", ".", "1.", ".5", "-1.5", "1.-5", "1.5.5", "1e5", "nan", "inf", "1,5", "0.1234567890123456"}) {
    EXPECT_EQ(parse_decimal(text), std::nullopt) << text;
  }
}

TEST(KernelText, IsEmptyWhereAFileCannotBeRead) {
  EXPECT_EQ(read_or_empty("/proc/self/no such file"), "");
  EXPECT_EQ(read_or_empty("/proc"), "");
}

TEST(Percent, IsRoundedToATenth) {
  EXPECT_EQ(percent_of(1, 3), 33.3);
  EXPECT_EQ(percent_of(0, 3), 0);
  EXPECT_EQ(percent_of(1, 0), std::nullopt);
}

}  // namespace
}  // namespace holdfast::agent
