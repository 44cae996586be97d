#include "text/utf8.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast::text {
namespace {

TEST(IsValidUtf8, KnowsEachCodePointInItsShortestForm) {
  EXPECT_TRUE(is_valid_utf8("plain, é, €, 🗄"));
  EXPECT_TRUE(is_valid_utf8("\xEF\xBF\xBF\xF4\x8F\xBF\xBF"));
  EXPECT_FALSE(is_valid_utf8("\x80"));
  EXPECT_FALSE(is_valid_utf8("\xE0\x9F\xBF"));
  EXPECT_FALSE(is_valid_utf8("\xF0\x8F\xBF\xBF"));
  EXPECT_FALSE(is_valid_utf8("\xF4\x90\x80\x80")) << "beyond U+10FFFF";
  EXPECT_FALSE(is_valid_utf8("\xF8\x88\x80\x80\x80"));
}

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

}  // namespace
}  // namespace holdfast::text
