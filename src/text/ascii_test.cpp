#include "text/ascii.hpp"

#include <gtest/gtest.h>

namespace holdfast::text {
namespace {

TEST(Trim, TakesBlanksFromBothEnds) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim("  "), "");
}

TEST(EqualIgnoringCase, KnowsLettersOfAsciiOnly) {
  EXPECT_TRUE(equal_ignoring_case("gZip-1", "GzIP-1"));
  EXPECT_FALSE(equal_ignoring_case("gzip", "gzi"));
  EXPECT_FALSE(equal_ignoring_case("[", "{"));
  EXPECT_FALSE(equal_ignoring_case("É", "é"));
}

TEST(ToLowerAscii, LeavesEverythingElse) {
  EXPECT_EQ(to_lower_ascii("Web-01 ÉŁ[@"), "web-01 ÉŁ[@");
}

TEST(HasControlCharacter, FindsLineEndsAndDelete) {
  EXPECT_TRUE(has_control_character("a\nb"));
  EXPECT_TRUE(has_control_character("a\x7F"));
  EXPECT_FALSE(has_control_character("Łódź"));
}

}  // namespace
}  // namespace holdfast::text
