#include "text/ascii.hpp"

#include <gtest/gtest.h>

namespace holdfast::text {
namespace {

TEST(Trim, TakesBlanksFromBothEnds) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim("  "), "");
}

TEST(HasControlCharacter, FindsLineEndsAndDelete) {
  EXPECT_TRUE(has_control_character("a\nb"));
  EXPECT_TRUE(has_control_character("a\x7F"));
  EXPECT_FALSE(has_control_character("Łódź"));
}

}  // namespace
}  // namespace holdfast::text
