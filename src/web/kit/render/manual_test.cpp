#include "kit/render/manual.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace holdfast::web {
namespace {

TEST(Manual, HasTheChaptersForUsersAndNoneForDevelopers) {
  ASSERT_NE(find_chapter("guide/fleet"), nullptr);
  EXPECT_EQ(find_chapter("guide/fleet")->title, "The fleet");
  EXPECT_EQ(find_chapter("guide/fleet")->section, "Guide");
  EXPECT_NE(find_chapter("reference/hub"), nullptr);
  EXPECT_EQ(find_chapter("internals/modules"), nullptr);
  EXPECT_EQ(find_chapter("guide/../guide/fleet"), nullptr);
}

TEST(Manual, HasItsTextAsHtmlWithoutTheTitle) {
  for (const auto& chapter : manual()) {
    EXPECT_TRUE(chapter.html.contains("<p>")) << chapter.path;
    EXPECT_FALSE(chapter.html.contains("<h1")) << chapter.path;
    EXPECT_FALSE(chapter.html.contains("raw HTML omitted")) << chapter.path;
  }
}

TEST(Manual, TellsOfEachPageInAChapterAndAtAHeadingThatAreThere) {
  for (const auto* const page : {"/", "/fleet.csv", "/customers", "/customers/acme", "/hosts/add", "/hosts/pending",
                                 "/hosts/01JD/settings", "/jobs", "/jobs/01JD", "/repositories", "/repositories/new",
                                 "/settings", "/account", "/manual/guide/fleet", "/nowhere"}) {
    const auto target = chapter_of(page);
    const auto mark = target.find('#');
    const auto* const chapter = find_chapter(target.substr(0, mark));
    ASSERT_NE(chapter, nullptr) << page << " leads to " << target;
    if (mark == std::string_view::npos) continue;
    EXPECT_TRUE(chapter->html.contains(fmt::format("id=\"{}\"", target.substr(mark + 1)))) << target;
  }
}

TEST(Manual, TellsOfAHostWhereItTellsOfHosts) {
  EXPECT_EQ(chapter_of("/hosts/01JD"), "guide/fleet#a-host");
  EXPECT_EQ(chapter_of("/hosts/add"), "guide/adding-hosts");
  EXPECT_EQ(chapter_of("/repositories/01JD"), "guide/repositories");
}

}  // namespace
}  // namespace holdfast::web
