#include "core/text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast::core {
namespace {

TEST(ToValidUtf8, KeepsValidTextAndReplacesEachWrongByte) {
  EXPECT_EQ(to_valid_utf8("Győr"), "Győr");
  EXPECT_EQ(to_valid_utf8("a\xFF\xFE"), "a\uFFFD\uFFFD");
  EXPECT_EQ(to_valid_utf8("\xC3"), "\uFFFD") << "cut in the middle";
  EXPECT_EQ(to_valid_utf8("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD") << "a surrogate";
}

RC_GTEST_PROP(ToValidUtf8, AlwaysGivesValidUtf8, (const std::string& bytes)) {
  RC_ASSERT(is_valid_utf8(to_valid_utf8(bytes)));
}

RC_GTEST_PROP(TruncateUtf8, CutsValidTextBetweenCodePoints, (const std::string& bytes, std::uint8_t limit)) {
  const std::string text = to_valid_utf8(bytes);
  const auto cut = truncate_utf8(text, limit);
  RC_ASSERT(cut.size() <= limit);
  RC_ASSERT(is_valid_utf8(cut));
  RC_ASSERT(text.starts_with(cut));
}

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
}  // namespace holdfast::core
