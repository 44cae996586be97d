#include "text/look_alike.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <boost/locale/utf.hpp>
#include <iterator>
#include <vector>

#include "text/utf8.hpp"

namespace holdfast::text {
namespace {

TEST(HasHiddenCharacter, FindsWhatNobodySees) {
  for (const auto* hidden : {"db1\u200B", "db1\u202E", "db\u00A01", "db1\u0085", "db1\n", "\uFEFFdb1", "d\u00ADb1",
                             "db1\u2060", "db1\U000E0031", "db\u30001", "db1\u3164"})
    EXPECT_TRUE(has_hidden_character(hidden)) << hidden;
  for (const auto* plain : {"db1", "web server 2", "Łódź", "データ", "db-1_(old)", "", "🐳"})
    EXPECT_FALSE(has_hidden_character(plain)) << plain;
}

TEST(HasHiddenCharacter, FindsMarksOnNothingAndPilesOfThem) {
  for (const auto* hidden : {"\u0301", "\u0301\u0301", "a \u0301b", "a\u0301\u0301\u0301\u0301\u0301"})
    EXPECT_TRUE(has_hidden_character(hidden)) << hidden;
  for (const auto* plain : {"e\u0301", "Vie\u0323\u0302t"}) EXPECT_FALSE(has_hidden_character(plain)) << plain;
}

TEST(ShownText, WritesOutWhatIsHidden) {
  EXPECT_EQ(shown_text("/srv/\u202Egpj.exe"), "/srv/<U+202E>gpj.exe");
  EXPECT_EQ(shown_text("\uFEFFdb\u200B1\u2066\u00AD\u2029"), "<U+FEFF>db<U+200B>1<U+2066><U+00AD><U+2029>");
  EXPECT_EQ(shown_text("\x1B[31mred\x7F\u0085"), "<U+001B>[31mred<U+007F><U+0085>");
  EXPECT_EQ(shown_text("x\U000E0041y"), "x<U+E0041>y");
  EXPECT_EQ(shown_text("a\u0301\u0302\u0303\u0304\u0305"), "a\u0301\u0302\u0303\u0304<U+0305>");
  EXPECT_EQ(shown_text("\u0301"), "<U+0301>");
}

TEST(ShownText, KeepsWhatPeopleRead) {
  for (const auto* text : {"plain", "", "two\n\tlines\r\n", "4\u00A0GiB", "größe.jpg", "データ\u3000", "⚠\uFE0F Disk",
                           "👩\u200D💻", "❤\uFE0F\u200D🔥", "e\u0301"})
    EXPECT_EQ(shown_text(text), text);
}

TEST(ShownName, WritesOutBlanksThatLookLikeOthersToo) {
  EXPECT_EQ(shown_name("db\u00A01\u200B"), "db<U+00A0>1<U+200B>");
  EXPECT_EQ(shown_name("a\nb⚠\uFE0F"), "a<U+000A>b⚠<U+FE0F>");
  EXPECT_EQ(shown_name("web server 2"), "web server 2");
}

RC_GTEST_PROP(ShownText, IsShownAlready, (const std::string& bytes, const std::vector<std::uint16_t>& points)) {
  std::string text = bytes;
  for (const auto point : points) boost::locale::utf::utf_traits<char>::encode(point, std::back_inserter(text));
  for (auto* show : {shown_text, shown_name}) {
    const std::string once = show(to_valid_utf8(text));
    RC_ASSERT(is_valid_utf8(once));
    RC_ASSERT(show(once) == once);
  }
  RC_ASSERT(!has_hidden_character(shown_name(to_valid_utf8(text))));
}

TEST(LookAlikeForm, IsTheSameForNamesThatLookAlike) {
  const auto form = look_alike_form("db1");
  for (const auto* other : {"DB1", "db1\u200B", "dbl", "\u202Edb1", "db 1", "ｄｂ１", "\u0501b1"})
    EXPECT_EQ(look_alike_form(other), form) << other;
  EXPECT_EQ(look_alike_form("mail"), look_alike_form("m\u0430il"));
  for (const auto* other : {"db2", "dbb1", "db", "web1"}) EXPECT_NE(look_alike_form(other), form) << other;
}

RC_GTEST_PROP(LookAlikeForm, IsValidAndItsOwnForm, (const std::string& bytes)) {
  const std::string form = look_alike_form(to_valid_utf8(bytes));
  RC_ASSERT(is_valid_utf8(form));
  RC_ASSERT(look_alike_form(form) == form);
  RC_ASSERT(!has_hidden_character(form));
}

}  // namespace
}  // namespace holdfast::text
