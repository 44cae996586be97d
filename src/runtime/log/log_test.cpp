#include "runtime/log/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <thread>
#include <vector>

#include "log/log_format.hpp"
#include "runtime/log/log_once.hpp"

namespace holdfast::runtime::log {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr WallTime kTime{std::chrono::milliseconds(1795328460005)};

Event event(std::string_view message, Fields fields) {
  return {kTime, Level::Info, "agent.connected", message, {fields.begin(), fields.size()}};
}

std::string text(Fields fields) {
  return format_text(event("Agent connected", fields));
}
std::string json(Fields fields) {
  return format_json(event("Agent connected", fields));
}

TEST(LogOnce, SaysEachThingForTheFirstTimeOnce) {
  EXPECT_TRUE(is_first("row 1 of this test"));
  EXPECT_FALSE(is_first("row 1 of this test"));
  EXPECT_TRUE(is_first("row 2 of this test"));
  for (int i = 0; i < 2000; ++i) is_first(std::to_string(i));
  EXPECT_FALSE(is_first("more than anybody reads"));
}

TEST(LogFormat, TextHasTimeLevelIdMessageAndFields) {
  EXPECT_EQ(text({{"host", "web1"}, {"count", 3}, {"first", true}}),
            "2026-11-22T06:21:00.005Z info  agent.connected Agent connected host=web1 count=3 first=true");
}

TEST(LogFormat, TextQuotesWhatWouldNotReadAsOneValue) {
  EXPECT_THAT(text({{"a", ""}, {"b", "two words"}, {"c", "x=y"}, {"d", "say \"hi\""}, {"e", "C:\\"}}),
              EndsWith(R"(a="" b="two words" c="x=y" d="say \"hi\"" e="C:\\")"));
}

TEST(LogFormat, NeitherNewlinesNorTerminalCommandsGetThrough) {
  EXPECT_THAT(text({{"a", "one\ntwo\r\t\x1b[31m\x7f\xc2\x9b"}}), EndsWith(R"(a="one\ntwo\r\t\u001b[31m\u007f\u009b")"));
  EXPECT_THAT(format_text(event("two\nlines", {})), EndsWith(R"(two\nlines)"));
}

TEST(LogFormat, JsonIsOneObjectWithTheFieldsBesideTheRest) {
  EXPECT_EQ(json({{"host", "web \"1\""}, {"count", -3}}),
            R"({"time":"2026-11-22T06:21:00.005Z","level":"info","id":"agent.connected",)"
            R"("message":"Agent connected","host":"web \"1\"","count":"-3"})");
}

TEST(LogFormat, ReplacesWhatIsNotUtf8AndKeepsWhatIs) {
  EXPECT_THAT(json({{"v", "gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80"}}), HasSubstr("gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80\""));
  EXPECT_THAT(json({{"v",
                     "a\xff"
                     "b\xc3"}}),
              HasSubstr("\"a\xef\xbf\xbd"
                        "b\xef\xbf\xbd\""));
  EXPECT_THAT(json({{"v", "\xed\xa0\x80"}}), HasSubstr("\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""));
  EXPECT_THAT(json({{"v", "\xc0\xaf"}}), HasSubstr("\"\xef\xbf\xbd\xef\xbf\xbd\""));
}

RC_GTEST_PROP(LogFormat, AnyBytesMakeOneLineWithoutControlCharacters, (const std::string& bytes)) {
  for (const std::string& line : {text({{"value", bytes}}), json({{"value", bytes}})}) {
    RC_ASSERT(std::ranges::none_of(line, [](unsigned char c) { return c < 0x20 || c == 0x7F; }));
  }
}

class LogTest : public testing::Test {
 protected:
  ~LogTest() override { configure(Level::Info, Format::Text); }
};

TEST_F(LogTest, WritesLinesToStandardErrorFromTheConfiguredLevelUp) {
  testing::internal::CaptureStderr();
  debug("a.b", "too small");
  info("a.c", "shown");
  configure(Level::Error, Format::Json);
  warning("a.d", "too small");
  error("a.e", "shown as well", {{"key", "value"}});
  const std::string out = testing::internal::GetCapturedStderr();
  EXPECT_THAT(out, HasSubstr(" info  a.c shown\n{"));
  EXPECT_THAT(out, EndsWith(R"("level":"error","id":"a.e","message":"shown as well","key":"value"})"
                            "\n"));
  EXPECT_THAT(out, testing::Not(HasSubstr("too small")));
}

TEST_F(LogTest, LinesOfSeveralThreadsDoNotMix) {
  testing::internal::CaptureStderr();
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([] {
      for (int i = 0; i < 100; ++i) info("a.b", "message", {{"value", "x"}});
    });
  }
  threads.clear();
  std::istringstream lines(testing::internal::GetCapturedStderr());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_THAT(line, EndsWith("Z info  a.b message value=x"));
  EXPECT_EQ(count, 400);
}

}  // namespace
}  // namespace holdfast::runtime::log
