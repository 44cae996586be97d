#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "kit/render/write.hpp"

// Whatever a value is, a browser reads back that value and nothing else.
namespace holdfast::web {
namespace {

// What a parser makes of text or of an attribute's value: it must hold no character that could end it.
std::optional<std::string> parsed(std::string_view html) {
  static const std::map<std::string_view, std::string_view> references{
      {"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&#13;", "\r"}};
  std::string text;
  while (!html.empty()) {
    if (std::string_view("<>\"'\r").contains(html[0]) || html[0] == '\0') return std::nullopt;
    if (html[0] != '&') {
      text += html[0];
      html.remove_prefix(1);
      continue;
    }
    const auto found = references.find(html.substr(0, html.find(';') + 1));
    if (found == references.end()) return std::nullopt;
    text += found->second;
    html.remove_prefix(found->first.size());
  }
  return text;
}

std::string with_nul_replaced(const std::string& text) {
  std::string result;
  for (const char character : text)
    result += character == '\0' ? std::string("\xEF\xBF\xBD") : std::string(1, character);
  return result;
}

RC_GTEST_PROP(WriteText, GivesBackAnyStringAndNeverATag, (const std::string& text)) {
  std::string out;
  write_text(out, text);
  RC_ASSERT(parsed(out) == with_nul_replaced(text));
}

RC_GTEST_PROP(WriteAttribute, GivesBackAnyStringAndNeverEndsTheAttribute, (const std::string& text)) {
  std::string out;
  write_attribute(out, text);
  RC_ASSERT(parsed(out) == with_nul_replaced(text));
}

RC_GTEST_PROP(WriteUrlPart, LeavesOnlyUnreservedCharacters, (const std::string& text)) {
  std::string out;
  write_url_part(out, text);
  for (const char c : out)
    RC_ASSERT(std::isalnum(static_cast<unsigned char>(c)) || std::string_view("-_.~%").contains(c));
}

RC_GTEST_PROP(WriteIdentifier, LeavesOnlyCharactersOfIds, (const std::string& text)) {
  std::string out;
  write_identifier(out, text);
  for (const char c : out) RC_ASSERT(std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_');
}

RC_GTEST_PROP(Url, OfARequestIsAlwaysAPathOfThisHub, (const std::string& text)) {
  const views::Url url = views::Url::from_request(text);
  RC_ASSERT(url.text().starts_with('/') && !url.text().starts_with("//"));
  RC_ASSERT(!url.text().contains('\\'));
}

TEST(Write, TakesHostileTextApart) {
  std::string out;
  write_text(out, R"(<script>alert("1")</script>&amp;')");
  EXPECT_EQ(out, "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp;&#39;");
}

TEST(Write, PrintsNumbersWithoutALocale) {
  std::string out;
  write_text(out, 1234567);
  write_attribute(out, std::uint64_t{18446744073709551615U});
  EXPECT_EQ(out, "123456718446744073709551615");
}

TEST(Url, EncodesSegmentsAndQueries) {
  views::Url url("/hosts");
  url.segment("a/b?c").query("q", "x&y=1").query("n", std::uint64_t{7});
  EXPECT_EQ(url.text(), "/hosts/a%2Fb%3Fc?q=x%26y%3D1&n=7");
}

TEST(Url, OfARequestForAnotherHostIsTheStartPage) {
  for (const char* text : {"", "hosts", "//evil.example", "/\\evil.example", "https://evil.example/",
                           "javascript:alert(1)", "/a b", "/a\nb"}) {
    EXPECT_EQ(views::Url::from_request(text).text(), "/") << text;
  }
  EXPECT_EQ(views::Url::from_request("/jobs?state=failed").text(), "/jobs?state=failed");
}

TEST(Truthy, FollowsTheKindOfTheValue) {
  EXPECT_FALSE(truthy(std::string_view()));
  EXPECT_TRUE(truthy(std::string_view("0")));
  EXPECT_FALSE(truthy(std::optional<int>()));
  EXPECT_TRUE(truthy(std::optional<int>(0)));
  EXPECT_FALSE(truthy(std::vector<int>()));
  EXPECT_FALSE(truthy(views::Url()));
}

}  // namespace
}  // namespace holdfast::web
