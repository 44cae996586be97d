#include "probes/disks/disk_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "probes/sample_clock.hpp"
#include "test_support.hpp"

namespace holdfast::agent {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

DiskAnswer full(double percent) {
  FileSystemUse use;
  use.space.percent = percent;
  return {use, ""};
}
const DiskAnswer kSilent{std::nullopt, "does not answer"};

Mount disk_at(std::string point, std::string fstype = "ext4") {
  Mount mount;
  mount.point = std::move(point);
  mount.fstype = std::move(fstype);
  return mount;
}

// File systems of which one can be dead. Outlives every thread that still asks.
struct FileSystems {
  DiskAnswer ask(const std::string& point) {
    ++asked;
    if (point != dead) return full(50);
    revived.wait();
    return full(90);
  }
  std::string dead;
  std::latch revived{1};
  std::atomic<int> asked = 0;
};

class DiskWatchTest : public testing::Test {
 protected:
  DiskWatchTest() {
    options_.ask = [systems = systems_](const Mount& mount) { return systems->ask(mount.point); };
  }
  ~DiskWatchTest() override { revive(); }
  void revive() {
    if (!systems_->revived.try_wait()) systems_->revived.count_down();
  }
  std::vector<DiskAnswer> look(std::vector<Mount> mounts) {
    if (!watch_) watch_ = std::make_unique<DiskWatch>(loop_, clock_, options_);
    std::vector<DiskAnswer> answers;
    test::run(loop_, [&]() -> runtime::Task<> { answers = co_await watch_->look(mounts); });
    return answers;
  }

  runtime::Loop loop_;
  test::SampleClock clock_;
  std::shared_ptr<FileSystems> systems_ = std::make_shared<FileSystems>();
  DiskWatch::Options options_;
  std::unique_ptr<DiskWatch> watch_;
};

TEST_F(DiskWatchTest, AsksEachDisk) {
  EXPECT_THAT(look({disk_at("/"), disk_at("/srv")}), ElementsAre(full(50), full(50)));
  EXPECT_THAT(look({}), testing::IsEmpty());
}

TEST_F(DiskWatchTest, GoesOnWithoutADeadDisk) {
  systems_->dead = "/mnt/nas";
  options_.time_limit = 2s;
  EXPECT_THAT(look({disk_at("/mnt/nas", "nfs4"), disk_at("/")}), ElementsAre(kSilent, full(50)));
}

TEST_F(DiskWatchTest, LeavesADeadDiskAloneUntilItAnswers) {
  systems_->dead = "/mnt/nas";
  options_.time_limit = 1ms;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(look({disk_at("/mnt/nas", "nfs4")})[0], kSilent);
  while (systems_->asked == 0) std::this_thread::yield();
  EXPECT_EQ(look({disk_at("/mnt/nas", "nfs4")})[0], kSilent);
  EXPECT_EQ(systems_->asked, 1);
  revive();
  DiskAnswer answer;
  while (!answer.use) answer = look({disk_at("/mnt/nas", "nfs4")})[0];
  EXPECT_EQ(answer, full(90));
}

TEST_F(DiskWatchTest, AsksServersOnlyNowAndThen) {
  const std::vector<Mount> mounts{disk_at("/"), disk_at("/mnt/nas", "nfs4")};
  look(mounts);
  EXPECT_THAT(look(mounts), ElementsAre(full(50), full(50)));
  EXPECT_EQ(systems_->asked, 3);
  clock_.advance(options_.remote_interval);
  look(mounts);
  EXPECT_EQ(systems_->asked, 5);
}

TEST_F(DiskWatchTest, DoesNotKeepMountedWhatIsMountedOnUse) {
  Mount automounted = disk_at("/mnt/usb");
  automounted.is_automounted = true;
  look({automounted});
  look({automounted});
  EXPECT_EQ(systems_->asked, 1);
}

TEST_F(DiskWatchTest, ForgetsADiskThatWasUnmounted) {
  look({disk_at("/mnt/nas", "nfs4")});
  look({});
  look({disk_at("/mnt/nas", "nfs4")});
  EXPECT_EQ(systems_->asked, 2);
}

}  // namespace
}  // namespace holdfast::agent
