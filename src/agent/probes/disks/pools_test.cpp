#include "probes/disks/pools.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/sample_host.hpp"

namespace holdfast::agent {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

Mount mount_of(std::string fstype, std::string source) {
  Mount mount;
  mount.fstype = std::move(fstype);
  mount.source = std::move(source);
  return mount;
}

TEST(Pool, OfZfsHasTheMembersThatUdevKnows) {
  test::SampleHost host;
  for (const auto& [disk, number] : {std::pair{"sda", "8:0"}, {"sdb", "8:16"}, {"sdc", "8:32"}}) {
    host.add_disk(disk, number);
  }
  host.put("run/udev/data/b8:0", "E:ID_FS_TYPE=zfs_member\nE:ID_FS_LABEL_ENC=tank\n");
  host.put("run/udev/data/b8:16", "E:ID_FS_TYPE=zfs_member\nE:ID_FS_LABEL_ENC=other\n");
  host.put("run/udev/data/b8:32", "E:ID_FS_TYPE=ext4\nE:ID_FS_LABEL_ENC=tank\n");
  EXPECT_THAT(find_members(host.paths(), mount_of("zfs", "tank/data"), "", ""), ElementsAre("sda"));
  EXPECT_THAT(find_members(host.paths(), mount_of("zfs", "tan"), "", ""), IsEmpty());
}

TEST(Pool, OfBtrfsHasAllItsDevices) {
  test::SampleHost host;
  host.put("sys/fs/btrfs/0a1b/devices/sda1", "");
  host.put("sys/fs/btrfs/0a1b/devices/sdb1", "");
  const Mount mount = mount_of("btrfs", "/dev/sda1");
  EXPECT_THAT(find_members(host.paths(), mount, "sda1", "0a1b"), UnorderedElementsAre("sda1", "sdb1"));
  EXPECT_THAT(find_members(host.paths(), mount, "sda1", ""), ElementsAre("sda1"));
}

TEST(Pool, IsNoOtherFileSystem) {
  test::SampleHost host;
  EXPECT_THAT(find_members(host.paths(), mount_of("ext4", "/dev/sda1"), "sda1", "0a1b"), ElementsAre("sda1"));
  EXPECT_THAT(find_members(host.paths(), mount_of("nfs4", "nas:/x"), "", ""), IsEmpty());
}

}  // namespace
}  // namespace holdfast::agent
