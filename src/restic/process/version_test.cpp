#include "process/version.hpp"

#include <gtest/gtest.h>

namespace holdfast::restic {
namespace {

TEST(Version, ReadsWhatDebiansResticPrints) {
  EXPECT_EQ(parse_version("restic 0.14.0 compiled with go1.19.8 on linux/amd64\n"), (Version{0, 14, 0}));
}

TEST(Version, ReadsAVersionInDevelopment) {
  EXPECT_EQ(parse_version("restic 0.19.1-dev (compiled manually) compiled with go1.26 on linux/amd64"),
            (Version{0, 19, 1}));
}

TEST(Version, IsNothingForOtherPrograms) {
  for (const auto* output : {"", "restic", "restic ", "restic 0", "restic 0.14", "restic 0.14.", "restic x.y.z",
                             "rclone v1.60.1", "restic 0.-1.0", "restic 99999999999.0.0", "Restic 0.14.0"}) {
    EXPECT_EQ(parse_version(output), std::nullopt) << output;
  }
}

TEST(Version, OrdersByNumberAndNotByText) {
  EXPECT_LT((Version{0, 9, 6}), kOldestVersion);
  EXPECT_GT((Version{0, 19, 1}), kOldestVersion);
  EXPECT_EQ((Version{0, 16, 1}).text(), "0.16.1");
}

}  // namespace
}  // namespace holdfast::restic
