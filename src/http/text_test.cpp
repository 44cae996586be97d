#include "text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "http/message.hpp"

namespace holdfast::http {
namespace {

using std::literals::operator""sv;

TEST(Text, DecodesPercentEncodingOnlyWhenItIsWhole) {
  EXPECT_EQ(percent_decode("a%20b+c"), "a b+c");
  EXPECT_EQ(percent_decode("%C3%A9"), "é");
  EXPECT_EQ(form_decode("a+b%2B"), "a b+");
  for (const auto* bad : {"%", "%4", "%zz", "a%2", "%-1"}) EXPECT_EQ(percent_decode(bad), std::nullopt) << bad;
}

TEST(Text, RefusesNulAndWhatIsNotUtf8) {
  for (const auto* bad : {"%00", "%ff", "%C0%AF", "%ED%A0%80", "%F4%90%80%80", "%C3"}) {
    EXPECT_EQ(percent_decode(bad), std::nullopt) << bad;
  }
}

TEST(Text, KnowsUtf8) {
  EXPECT_TRUE(is_utf8("plain, é, €, 🗄"));
  EXPECT_TRUE(is_utf8("\xEF\xBF\xBF\xF4\x8F\xBF\xBF"));
  EXPECT_FALSE(is_utf8("\x80"));
  EXPECT_FALSE(is_utf8("\xE0\x9F\xBF"));
  EXPECT_FALSE(is_utf8("\xF0\x8F\xBF\xBF"));
  EXPECT_FALSE(is_utf8("\xF8\x88\x80\x80\x80"));
}

TEST(Text, FindsTokensInListsWithoutRegardToCase) {
  EXPECT_TRUE(has_token("keep-alive, Upgrade", "upgrade"));
  EXPECT_FALSE(has_token("upgraded", "upgrade"));
  EXPECT_FALSE(has_token("", "upgrade"));
}

TEST(Text, DecodesWhatItEncodes) {
  rc::check([](const std::string& bytes) {
    const auto decoded = percent_decode(url_encode(bytes));
    const bool allowed = is_utf8(bytes) && !bytes.contains('\0');
    RC_ASSERT(decoded == (allowed ? std::optional(bytes) : std::nullopt));
  });
}

}  // namespace
}  // namespace holdfast::http
