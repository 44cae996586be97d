#include "filter/version.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/filter/filter.hpp"

namespace holdfast::core {
namespace {

TEST(CompareVersions, OrdersThemAsReleasesFollowEachOther) {
  constexpr std::string_view kRising[] = {
      "unknown", "0.9",      "1.4.2-dev", "1.4.2-rc.2", "1.4.2-rc.10", "1.4.2", "v1.4.9",
      "1.4.10",  "1.5-beta", "1.5.0",     "1.5.0.1",    "2.0.0",       "10",    "99999999999999999999999"};
  for (std::size_t older = 0; older < std::size(kRising); ++older) {
    for (std::size_t newer = older + 1; newer < std::size(kRising); ++newer) {
      EXPECT_LT(compare_versions(kRising[older], kRising[newer]), 0) << kRising[older] << ' ' << kRising[newer];
      EXPECT_GT(compare_versions(kRising[newer], kRising[older]), 0) << kRising[newer] << ' ' << kRising[older];
    }
  }
}

TEST(CompareVersions, TakesDifferentSpellingsOfOneVersionAsEqual) {
  EXPECT_EQ(compare_versions("1.4", "v1.4.0"), 0);
  EXPECT_EQ(compare_versions("1.04", "1.4"), 0);
  EXPECT_EQ(compare_versions("1.4+build7", "1.4"), 0);
  EXPECT_EQ(compare_versions("", "unknown"), 0) << "neither is one";
}

rc::Gen<std::string> versions() {
  return rc::gen::container<std::string>(rc::gen::element('0', '1', '2', '9', '.', '-', '+', 'v', 'a', 'b'));
}

RC_GTEST_PROP(CompareVersions, IsAnOrder, ()) {
  const auto a = *versions();
  const auto b = *versions();
  const auto c = *versions();
  RC_ASSERT(compare_versions(a, a) == 0);
  RC_ASSERT(compare_versions(a, b) == -compare_versions(b, a));
  if (compare_versions(a, b) <= 0 && compare_versions(b, c) <= 0) RC_ASSERT(compare_versions(a, c) <= 0);
}

}  // namespace
}  // namespace holdfast::core
