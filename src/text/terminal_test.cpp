#include "text/terminal.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "text/utf8.hpp"

namespace holdfast::text {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return out;
}

TEST(ForTerminal, ShowsWhatATerminalWouldDo) {
  EXPECT_EQ(for_terminal("one\ntwo\r\t\x1b[31m\x7f\u009b"), R"(one\ntwo\r\t\u001b[31m\u007f\u009b)");
  EXPECT_EQ(for_terminal("a\u202Eb\u200Ec\u2066d\u2069"), R"(a\u202eb\u200ec\u2066d\u2069)");
  EXPECT_EQ(for_terminal("a\xffz\xc3"), "a\uFFFDz\uFFFD");
}

TEST(ForTerminal, LeavesWhatPeopleRead) {
  for (const auto* text : {"", "C:\\ \"Győr\"", "\u00A0\u200D\u2065\u206A", "🗄"}) EXPECT_EQ(for_terminal(text), text);
}

TEST(AppendEscaped, EscapesQuotesAndBackslashesToo) {
  EXPECT_EQ(escaped("say \"hi\"\n C:\\"), R"(say \"hi\"\n C:\\)");
}

RC_GTEST_PROP(AppendEscaped, MakesOneLineOfAnyBytes, (const std::string& bytes)) {
  const std::string line = escaped(bytes);
  RC_ASSERT(is_valid_utf8(line));
  RC_ASSERT(std::ranges::none_of(line, [](unsigned char c) { return c < 0x20 || c == 0x7F; }));
}

}  // namespace
}  // namespace holdfast::text
