#include "core/status/limits.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

LimitSource source(LimitOrigin origin, std::chrono::seconds age, std::string tag = {}) {
  LimitSource made{origin, std::move(tag), {}};
  made.set.backup_age = age;
  return made;
}

TEST(ResolveLimits, PassesOverWhatNobodyCouldHaveSet) {
  for (const auto age : {std::chrono::seconds::max(), std::chrono::seconds(0), std::chrono::seconds(-5)})
    EXPECT_EQ(resolve_limits({}, {source(LimitOrigin::Host, age)}).limits.backup_age, StatusLimits().backup_age);
}

TEST(ResolveLimits, TakesTheMostSpecificInWhateverOrderTheyCome) {
  std::vector<LimitSource> sources{source(LimitOrigin::Host, 1h), source(LimitOrigin::Tag, 2h, "weekly"),
                                   source(LimitOrigin::Customer, 3h)};
  for (int turn = 0; turn < 3; ++turn) {
    const auto resolved = resolve_limits({}, sources);
    EXPECT_EQ(resolved.limits.backup_age, 1h);
    EXPECT_EQ(resolved.backup_age, (LimitPlace{LimitOrigin::Host, ""}));
    EXPECT_EQ(resolved.silence_down, (LimitPlace{LimitOrigin::Hub, ""}));
    std::ranges::rotate(sources, sources.begin() + 1);
  }
  std::erase_if(sources, [](const auto& one) { return one.origin == LimitOrigin::Host; });
  EXPECT_EQ(resolve_limits({}, sources).backup_age, (LimitPlace{LimitOrigin::Tag, "weekly"}));
  EXPECT_EQ(resolve_limits({}, {}).limits.backup_age, StatusLimits().backup_age);
}

TEST(ResolveLimits, TakesTheStrictestOfSeveralTags) {
  const auto resolved = resolve_limits(
      {}, {source(LimitOrigin::Tag, 9h, "a"), source(LimitOrigin::Tag, 2h, "b"), source(LimitOrigin::Tag, 5h, "c")});
  EXPECT_EQ(resolved.limits.backup_age, 2h);
  EXPECT_EQ(resolved.backup_age.tag, "b");
}

TEST(ResolveLimits, MayLoosenWhatTheHubSays) {
  EXPECT_EQ(resolve_limits({}, {source(LimitOrigin::Customer, 24h * 8)}).limits.backup_age, 24h * 8);
}

TEST(CheckLimits, RefusesWhatCannotBe) {
  const auto refused = [](auto change) {
    LimitSet limits;
    change(limits);
    const auto checked = check_limits(limits);
    return checked ? std::string() : checked.error().message;
  };
  EXPECT_EQ(refused([](LimitSet&) {}), "");
  EXPECT_EQ(refused([](LimitSet& l) { l.backup_age = 24h * 8; }), "");
  EXPECT_EQ(refused([](LimitSet& l) { l.backup_age = 0s; }),
            "The limit of a backup's age must be from 1 min to 10 years.");
  EXPECT_EQ(refused([](LimitSet& l) { l.disk_down = 101; }), "The limit of a full disk must be from 1 to 100.");
  EXPECT_EQ(refused([](LimitSet& l) { l.failures_down = 0; }), "The number of failures must be from 1 to 14.");
  EXPECT_EQ(refused([](LimitSet& l) {
              l.disk_warning = 90;
              l.disk_down = 80;
            }),
            "The warning for a full disk must not come after Down.");
  EXPECT_EQ(refused([](LimitSet& l) {
              l.silence_warning = 2h;
              l.silence_down = 1h;
            }),
            "The warning for silence must not come after Down.");
}

}  // namespace
}  // namespace holdfast::core
