#include "kit/one_time.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;
constexpr OneTime<std::string>::TimePoint kMade{1h};

TEST(OneTime, IsTakenOnceByTheSessionThatPutIt) {
  OneTime<std::string> records;
  const auto id = records.put("mine", "secret", kMade);
  EXPECT_EQ(records.take(id, "yours", kMade), std::nullopt);
  EXPECT_EQ(records.take("", "mine", kMade), std::nullopt);
  EXPECT_EQ(records.take(id, "mine", kMade), "secret");
  EXPECT_EQ(records.take(id, "mine", kMade), std::nullopt);
}

TEST(OneTime, IsThereAgainForWhoOnlyLooks) {
  OneTime<std::string> records;
  const auto id = records.put("mine", "a result", kMade);
  EXPECT_EQ(records.look(id, "yours", kMade), std::nullopt);
  EXPECT_EQ(records.look(id, "mine", kMade), "a result");
  EXPECT_EQ(records.look(id, "mine", kMade), "a result");
  EXPECT_EQ(records.look(id, "mine", kMade + 5min), std::nullopt);
}

TEST(OneTime, IsGoneAfterFiveMinutes) {
  OneTime<std::string> records;
  EXPECT_EQ(records.take(records.put("", "a", kMade), "", kMade + 5min - 1s), "a");
  EXPECT_EQ(records.take(records.put("", "a", kMade), "", kMade + 5min), std::nullopt);
}

TEST(OneTime, KeepsNoMoreThanAHundred) {
  OneTime<int> records;
  int found = 0;
  std::vector<std::string> ids;
  for (int i = 0; i < 150; ++i) ids.push_back(records.put("", i, kMade));
  for (const auto& id : ids) found += records.take(id, "", kMade).has_value() ? 1 : 0;
  EXPECT_EQ(found, 100);
}

}  // namespace
}  // namespace holdfast::web
