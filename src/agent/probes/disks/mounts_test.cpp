#include "probes/disks/mounts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::agent {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> disks_in(std::string_view mountinfo) {
  const auto nodev = parse_nodev_types(
      "nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tnfs4\nnodev\tfuse\n\text4\n\tfuseblk\nnodev\tcgroup2\nnodev\tbpf"
      "\n"
      "\tbtrfs\nnodev\tzfs\nnodev\tautofs\n\txfs\n");
  std::vector<std::string> points;
  for (const Mount& mount : find_disks(parse_mountinfo(mountinfo), nodev)) points.push_back(mount.point);
  return points;
}

TEST(Mountinfo, HasOptionalFieldsOrNone) {
  const auto mounts = parse_mountinfo(
      "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:7 - ext3 /dev/root rw,errors=continue\n"
      "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n");
  EXPECT_THAT(mounts, ElementsAre(Mount{36, 35, {98, 0}, "/mnt1", "/mnt2", "ext3", "/dev/root", false, false},
                                  Mount{27, 1, {254, 0}, "/", "/", "ext4", "/dev/vda", false, false}));
}

TEST(Mountinfo, EscapesWhatSeparates) {
  const auto mounts = parse_mountinfo("1 0 8:1 / /srv/a\\040b\\011c\\012d\\134e\\04 rw - ext4 //nas/my\\040share rw\n");
  ASSERT_EQ(mounts.size(), 1u);
  EXPECT_EQ(mounts[0].point, "/srv/a b\tc\nd\\e\\04");
  EXPECT_EQ(mounts[0].source, "//nas/my share");
}

TEST(Mountinfo, LosesOnlyTheLinesThatCannotBeRead) {
  EXPECT_THAT(disks_in("nonsense\n1 0 8:1 / /srv rw - ext4\n2 0 8 / /a rw - ext4 x rw\n3 0 8:2 / b rw - ext4 x rw\n"
                       "4 0 8:3 / /c rw no separator ext4 x rw\n5 x 8:4 / /d rw - ext4 x rw\n\n"),
              ElementsAre("/srv"));
}

TEST(Disks, AreNoPseudoFileSystemsAndNoImages) {
  EXPECT_THAT(disks_in("1 0 0:21 / /proc rw - proc proc rw\n"
                       "2 0 0:22 / /sys rw - sysfs sysfs rw\n"
                       "3 0 0:23 / /dev/shm rw - tmpfs tmpfs rw\n"
                       "4 0 0:24 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
                       "5 0 7:0 / /snap/core/1 ro - squashfs /dev/loop0 ro\n"
                       "6 0 11:0 / /media/cdrom ro - iso9660 /dev/sr0 ro\n"
                       "7 0 0:40 / /var/lib/docker/overlay2/x/merged rw - overlay overlay rw\n"
                       "8 0 0:41 / /run/user/1000/doc rw - fuse.portal portal rw\n"
                       "9 0 0:42 / /var/lib/lxcfs rw - fuse.lxcfs lxcfs rw\n"),
              IsEmpty());
}

TEST(Disks, AreAlsoThoseThatNeedNoDevice) {
  EXPECT_THAT(disks_in("1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
                       "2 1 0:50 / /mnt/nas rw - nfs4 nas:/export rw\n"
                       "3 1 0:51 / /mnt/ssh rw - fuse.sshfs me@host: rw\n"
                       "4 1 8:17 / /mnt/usb rw - fuseblk /dev/sdb1 rw\n"
                       "5 1 0:52 / /tank rw - zfs tank rw\n"),
              ElementsAre("/", "/mnt/nas", "/mnt/ssh", "/mnt/usb", "/tank"));
}

TEST(Disks, AreNamedOnceHoweverOftenTheyAreMounted) {
  EXPECT_THAT(disks_in("1 0 8:1 /var/lib/data /srv/data rw - ext4 /dev/sda1 rw\n"
                       "2 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
                       "3 0 8:1 /etc /chroot/etc rw - ext4 /dev/sda1 rw\n"
                       "4 0 8:1 / /mnt/again rw - ext4 /dev/sda1 rw\n"),
              ElementsAre("/"));
}

TEST(Disks, WithSubvolumesAreOne) {
  EXPECT_THAT(disks_in("1 0 0:30 /@home /home rw - btrfs /dev/sda2 rw\n"
                       "2 0 0:30 /@ / rw - btrfs /dev/sda2 rw\n"
                       "3 0 0:30 /@snapshots /.snapshots rw - btrfs /dev/sda2 rw\n"),
              ElementsAre("/"));
}

TEST(Disks, AreSeenOnlyWhereNothingIsMountedOver) {
  EXPECT_THAT(disks_in("1 0 8:1 / /mnt rw - ext4 /dev/sda1 rw\n"
                       "2 1 8:2 / /mnt rw - xfs /dev/sda2 rw\n"
                       "3 0 8:3 / /gone//deleted rw - ext4 /dev/sda3 rw\n"
                       "4 0 8:4 /x//deleted /old rw - ext4 /dev/sda4 rw\n"),
              ElementsAre("/mnt", "/gone//deleted"));
}

TEST(Disks, UnderAFolderThatSomethingIsMountedOverCannotBeSeen) {
  EXPECT_THAT(disks_in("1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
                       "2 1 8:2 / /mnt rw - ext4 /dev/sda2 rw\n"
                       "3 2 8:3 / /mnt/a rw - ext4 /dev/sda3 rw\n"
                       "4 1 8:4 / /mnt/b/c rw - ext4 /dev/sda4 rw\n"
                       "5 2 8:5 / /mnt rw - xfs /dev/sda5 rw\n"
                       "6 5 8:6 / /mnt/a rw - ext4 /dev/sda6 rw\n"
                       "7 1 8:7 / /mntx rw - ext4 /dev/sda7 rw\n"),
              ElementsAre("/", "/mnt", "/mnt/a", "/mntx"));
}

TEST(Disks, OfATableThatLeadsRoundInCirclesAreFoundAllTheSame) {
  EXPECT_THAT(disks_in("1 2 8:1 / /a rw - ext4 /dev/sda1 rw\n2 1 8:2 / /b rw - ext4 /dev/sda2 rw\n"
                       "3 3 8:3 / /c rw - ext4 /dev/sda3 rw\n"),
              ElementsAre("/a", "/b", "/c"));
}

bool is_read_only(std::string_view options) {
  return parse_mountinfo("1 0 8:1 / /srv " + std::string(options) + "\n").at(0).is_read_only;
}

// The agent's own view of a disk is often read-only, by its service or its container.
TEST(Disks, AreReadOnlyWhenTheFileSystemIs) {
  EXPECT_TRUE(is_read_only("ro,relatime - ext4 /dev/sda1 ro,errors=remount-ro"));
  EXPECT_TRUE(is_read_only("rw,relatime - ext4 /dev/sda1 rw,emergency_ro"));
  EXPECT_FALSE(is_read_only("ro,relatime - ext4 /dev/sda1 rw,errors=remount-ro"));
  EXPECT_FALSE(is_read_only("rw - ext4 /dev/sda1 rw,prop"));
  EXPECT_FALSE(is_read_only("rw - ext4 /dev/sda1"));
}

TEST(Fstab, SaysWhatIsToBeWritable) {
  EXPECT_THAT(parse_writable_points("# /dev/sdz /comment ext4 defaults 0 0\n"
                                    "UUID=1 / ext4 errors=remount-ro 0 1\n"
                                    "UUID=2 /my\\040data\text4\tdefaults,noatime\t0 2\n"
                                    "UUID=3 /archive ext4 noatime,ro 0 2\n"
                                    "/srv /chroot/srv none bind 0 0\n"
                                    "UUID=4 none swap sw 0 0\n"
                                    "UUID=5 /short ext4\n"
                                    "UUID=6\n\n"),
              ElementsAre("/", "/my data", "/short"));
}

TEST(Disks, AreNeverMountedByLooking) {
  constexpr std::string_view kWaiting = "1 0 0:60 / /mnt/nas rw - autofs systemd-1 rw\n";
  EXPECT_THAT(disks_in(kWaiting), IsEmpty());
  const auto mounts = parse_mountinfo(std::string(kWaiting) + "2 1 0:61 / /mnt/nas rw - nfs4 nas:/export rw\n");
  EXPECT_TRUE(mounts[1].is_automounted);
  EXPECT_THAT(disks_in(std::string(kWaiting) + "2 1 0:61 / /mnt/nas rw - nfs4 nas:/export rw\n"),
              ElementsAre("/mnt/nas"));
}

TEST(Disks, OfServersAndProgramsAreRemote) {
  for (const char* type : {"nfs4", "cifs", "fuse.sshfs", "fuseblk", "fuse"}) EXPECT_TRUE(is_remote(type)) << type;
  for (const char* type : {"ext4", "btrfs", "zfs", "fused"}) EXPECT_FALSE(is_remote(type)) << type;
}

}  // namespace
}  // namespace holdfast::agent
