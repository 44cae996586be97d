#include "server/target.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::http {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(Target, IsTakenApartAndDecoded) {
  const auto target = parse_target("/hosts/a%20b?status=down&q=%C3%A9+x&q=2&&flag");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/hosts/a b");
  EXPECT_THAT(target->segments, ElementsAre("hosts", "a b"));
  EXPECT_THAT(target->query, ElementsAre(Pair("flag", ""), Pair("q", "2"), Pair("status", "down")));
}

TEST(Target, LeavesEmptyAndDotSegmentsAsTheyAre) {
  EXPECT_THAT(parse_target("/")->segments, ElementsAre(""));
  EXPECT_THAT(parse_target("//a/../b/")->segments, ElementsAre("", "a", "..", "b", ""));
}

TEST(Target, DoesNotPartSegmentsAtAnEncodedSlash) {
  EXPECT_THAT(parse_target("/static%2F..%2Fadmin")->segments, ElementsAre("static/../admin"));
}

TEST(Target, MayNameTheServer) {
  EXPECT_EQ(parse_target("http://hub.example/x?y=1")->path, "/x");
  EXPECT_EQ(parse_target("HTTPS://hub.example")->path, "/");
}

TEST(Target, HasAPathAsSentHoweverMalformedItIs) {
  EXPECT_EQ(path_as_sent("/api/%zz?a=%00#b"), "/api/%zz");
  EXPECT_EQ(path_as_sent("http://hub.example/api/%ff#b"), "/api/%ff");
  EXPECT_EQ(path_as_sent("x"), "x");
  EXPECT_EQ(path_as_sent(""), "");
}

TEST(Target, IsNothingWhenMalformed) {
  for (const auto* bad :
       {"", "*", "x", "hub.example:443", "/%", "/%zz", "/%00", "/%ff", "/a#b", "/?%", "/?a=%00", "/?a=%C0%AF"}) {
    EXPECT_FALSE(parse_target(bad)) << bad;
  }
}

}  // namespace
}  // namespace holdfast::http
