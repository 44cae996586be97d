#include "probes/disks/disk_question.hpp"

#include <gtest/gtest.h>

namespace holdfast::agent {
namespace {

Mount mount_at(std::string point, std::string fstype) {
  Mount mount;
  mount.point = std::move(point);
  mount.fstype = std::move(fstype);
  return mount;
}

TEST(DiskQuestion, IsAnsweredWithTheFigures) {
  const DiskAnswer answer = ask_file_system(mount_at("/", "ext4"));
  ASSERT_TRUE(answer.use);
  EXPECT_GT(answer.use->space.total_bytes, 0u);
}

TEST(DiskQuestion, ToAServerIsAnsweredWithTheSameFiguresByAnotherProcess) {
  const DiskAnswer here = ask_file_system(mount_at("/", "ext4"));
  const DiskAnswer there = ask_file_system(mount_at("/", "nfs4"));
  ASSERT_TRUE(here.use && there.use);
  EXPECT_EQ(there.use->space.total_bytes, here.use->space.total_bytes);
}

TEST(DiskQuestion, AboutAMountThatIsGoneTellsOfNoFault) {
  for (const char* type : {"ext4", "nfs4"}) EXPECT_EQ(ask_file_system(mount_at("/no such mount", type)), DiskAnswer());
}

TEST(DiskQuestion, IsAnsweredWithWhatIsWrong) {
  for (const char* type : {"ext4", "nfs4"}) {
    EXPECT_EQ(ask_file_system(mount_at("/proc/self/stat/x: y", type)).trouble, "cannot be read: Not a directory");
  }
}

TEST(DiskQuestion, TakesWhatIsHiddenForNoFault) {
  EXPECT_EQ(trouble_of("Permission denied"), "");
  EXPECT_EQ(trouble_of("Stale file handle"), "cannot be read: Stale file handle");
  EXPECT_EQ(trouble_of(""), "cannot be read: ");
}

TEST(Stat, PrintsSixFigures) {
  const auto figures = parse_stat("4096 1000 750 700 100 90\n");
  ASSERT_TRUE(figures);
  const auto use = use_of(*figures);
  ASSERT_TRUE(use);
  EXPECT_EQ(use->space, (core::Space{1000 * 4096, 250 * 4096, 27.0}));
  EXPECT_EQ(use->inodes_percent, 10.0);
  for (const char* text : {"", "\n", "4096 1000 750 700 100", "4096 1000 750 700 100 ?", "%S %b %f %a %c %d"}) {
    EXPECT_FALSE(parse_stat(text)) << text;
  }
}

}  // namespace
}  // namespace holdfast::agent
