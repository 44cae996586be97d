#include "kit/one_time.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;
constexpr OneTime<std::string>::TimePoint kNow{1h};

TEST(OneTime, IsTakenOnceByTheSessionThatPutIt) {
  OneTime<std::string> records;
  const auto id = records.put("mine", "secret", kNow);
  EXPECT_EQ(records.take(id, "yours", kNow), std::nullopt);
  EXPECT_EQ(records.take("", "mine", kNow), std::nullopt);
  EXPECT_EQ(records.take(id, "mine", kNow), "secret");
  EXPECT_EQ(records.take(id, "mine", kNow), std::nullopt);
}

TEST(OneTime, IsThereAgainForWhoOnlyLooks) {
  OneTime<std::string> records;
  const auto id = records.put("mine", "a result", kNow);
  EXPECT_EQ(records.look(id, "yours", kNow), std::nullopt);
  EXPECT_EQ(records.look(id, "mine", kNow), "a result");
  EXPECT_EQ(records.look(id, "mine", kNow), "a result");
  EXPECT_EQ(records.look(id, "mine", kNow + 5min), std::nullopt);
}

TEST(OneTime, IsGoneAfterFiveMinutes) {
  OneTime<std::string> records;
  EXPECT_EQ(records.take(records.put("", "a", kNow), "", kNow + 5min - 1s), "a");
  EXPECT_EQ(records.take(records.put("", "a", kNow), "", kNow + 5min), std::nullopt);
}

TEST(OneTime, KeepsNoMoreThanAHundred) {
  OneTime<int> records;
  int found = 0;
  std::vector<std::string> ids;
  for (int i = 0; i < 150; ++i) ids.push_back(records.put("", i, kNow));
  for (const auto& id : ids) found += records.take(id, "", kNow).has_value() ? 1 : 0;
  EXPECT_EQ(found, 100);
}

}  // namespace
}  // namespace holdfast::web
