#include "probes/disks/writable_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::agent {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Mount disk(std::string source, std::string point, bool read_only) {
  Mount mount;
  mount.source = std::move(source);
  mount.point = std::move(point);
  mount.is_read_only = read_only;
  return mount;
}

constexpr const char* kSentence = "/srv is read-only, although it should be writable";

TEST(WritableWatch, NoticesADiskThatTurnsReadOnlyUntilItIsWritableAgain) {
  WritableWatch watch;
  EXPECT_THAT(watch.look({disk("/dev/sdb1", "/srv", false)}, {}), IsEmpty());
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(watch.look({disk("/dev/sdb1", "/srv", true)}, {}), ElementsAre(kSentence));
  }
  EXPECT_THAT(watch.look({disk("/dev/sdb1", "/srv", false)}, {}), IsEmpty());
}

TEST(WritableWatch, LeavesDisksAloneThatWereNeverWritable) {
  WritableWatch watch;
  EXPECT_THAT(watch.look({disk("/dev/sdb1", "/srv", true)}, {"/home"}), IsEmpty());
}

TEST(WritableWatch, KnowsAfterARestartWhatIsToBeWritable) {
  WritableWatch watch;
  EXPECT_THAT(watch.look({disk("/dev/sdb1", "/srv", true)}, {"/srv"}), ElementsAre(kSentence));
}

TEST(WritableWatch, DoesNotTakeAnotherDiskForTheOneThatWasThere) {
  WritableWatch watch;
  watch.look({disk("/dev/sdb1", "/srv", false)}, {});
  EXPECT_THAT(watch.look({disk("/dev/sdc1", "/srv", true)}, {}), IsEmpty());
  watch.look({}, {});
  EXPECT_THAT(watch.look({disk("/dev/sdb1", "/srv", true)}, {}), IsEmpty());
}

}  // namespace
}  // namespace holdfast::agent
