#include "process/lines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <vector>

namespace holdfast::runtime {
namespace {

using testing::ElementsAre;

std::vector<std::string> split(const std::vector<std::string>& chunks, std::size_t max_line = 100) {
  LineSplitter splitter(max_line);
  std::vector<std::string> lines;
  for (std::string_view chunk : chunks) {
    while (const auto line = splitter.next(chunk)) lines.emplace_back(*line);
  }
  if (const auto line = splitter.last()) lines.emplace_back(*line);
  return lines;
}

TEST(LineSplitter, JoinsWhatChunksTearApart) {
  EXPECT_THAT(split({"one\ntw", "o\n\nth", "r", "ee\n"}), ElementsAre("one", "two", "", "three"));
}

TEST(LineSplitter, GivesTheLastLineWithoutNewline) {
  EXPECT_THAT(split({"one\ntwo"}), ElementsAre("one", "two"));
  EXPECT_THAT(split({"one\n", "two\n"}), ElementsAre("one", "two"));
  EXPECT_THAT(split({""}), ElementsAre());
}

TEST(LineSplitter, CutsALongLineAndGoesOnWithTheNext) {
  EXPECT_THAT(split({"abcdef\nxy\n"}, 3), ElementsAre("abc", "xy"));
  EXPECT_THAT(split({"ab", "cd", "ef", "g\nxy\n"}, 3), ElementsAre("abc", "xy"));
}

RC_GTEST_PROP(LineSplitter, GivesTheSameLinesHoweverTheStreamIsTorn, ()) {
  const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab\n")));
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
  const auto limit = *rc::gen::inRange<std::size_t>(1, 5);
  RC_ASSERT(split({text.substr(0, at), text.substr(at)}, limit) == split({text}, limit));
}

}  // namespace
}  // namespace holdfast::runtime
