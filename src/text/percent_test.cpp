#include "text/percent.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cctype>

#include "text/utf8.hpp"

namespace holdfast::text {
namespace {

TEST(PercentEncode, LeavesWhatIsUnreserved) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode("a/b?c=d&é "), "a%2Fb%3Fc%3Dd%26%C3%A9%20");
  EXPECT_EQ(percent_encode("p@ss:w/ö%"), "p%40ss%3Aw%2F%C3%B6%25");
}

RC_GTEST_PROP(PercentEncode, LeavesOnlyUnreservedCharacters, (const std::string& bytes)) {
  for (const char c : percent_encode(bytes))
    RC_ASSERT(std::isalnum(static_cast<unsigned char>(c)) || std::string_view("-_.~%").contains(c));
}

TEST(PercentDecode, TakesOnlyWhatIsWhole) {
  EXPECT_EQ(percent_decode("a%20b+c"), "a b+c");
  EXPECT_EQ(percent_decode("%C3%A9"), "é");
  EXPECT_EQ(percent_decode("%c3%a9"), "é");
  EXPECT_EQ(form_decode("a+b%2B"), "a b+");
  for (const auto* bad : {"%", "%4", "%zz", "a%2", "%-1"}) EXPECT_EQ(percent_decode(bad), std::nullopt) << bad;
}

TEST(PercentDecode, RefusesNulAndWhatIsNotUtf8) {
  for (const auto* bad : {"%00", "%ff", "%C0%AF", "%ED%A0%80", "%F4%90%80%80", "%C3"}) {
    EXPECT_EQ(percent_decode(bad), std::nullopt) << bad;
  }
}

RC_GTEST_PROP(PercentDecode, DecodesWhatWasEncoded, (const std::string& bytes)) {
  const bool allowed = is_valid_utf8(bytes) && !bytes.contains('\0');
  RC_ASSERT(percent_decode(percent_encode(bytes)) == (allowed ? std::optional(bytes) : std::nullopt));
}

}  // namespace
}  // namespace holdfast::text
