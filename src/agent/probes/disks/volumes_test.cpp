#include "probes/disks/volumes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/sample_host.hpp"

namespace holdfast::agent {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Mount volume_mount(DeviceNumber number, std::string source) {
  return {1, 0, number, "/", "/srv", "ext4", std::move(source), false};
}

class VolumesTest : public testing::Test {
 protected:
  VolumesTest() {
    host_.add_disk("sda", "8:0");
    host_.add_partition("sda", "sda1", "8:1");
    host_.add_disk("nvme0n1", "259:0");
    host_.add_partition("nvme0n1", "nvme0n1p2", "259:2");
  }
  VolumeName name_of(const std::string& device) {
    return find_volume_name(host_.paths(), read_volume_links(host_.paths()), device);
  }

  test::SampleHost host_;
};

TEST(UdevRecord, NamesUuidAndLabel) {
  constexpr std::string_view kRecord =
      "S:disk/by-label/my\\x20data\nI:1234\nE:ID_FS_UUID=wrong-one\nE:ID_FS_UUID_ENC=0a1b-2c3d\n"
      "E:ID_FS_LABEL=my_data\nE:ID_FS_LABEL_ENC=my\\x20data\nE:ID_FS_TYPE=ext4\nG:systemd\n";
  EXPECT_EQ(parse_udev_record(kRecord), (VolumeName{"0a1b-2c3d", "my data", "ext4"}));
  EXPECT_EQ(parse_udev_record(""), VolumeName());
  EXPECT_EQ(parse_udev_record("E:ID_FS_UUID_ENC\nE:\nID_FS_UUID_ENC=1\n"), VolumeName());
}

TEST(UdevRecord, KeepsWhatIsNoEscape) {
  EXPECT_EQ(unescape_udev("a\\x2fb\\xzz\\x2"), "a/b\\xzz\\x2");
  EXPECT_EQ(unescape_udev("gr\\xc3\\xb6\\xc3\\x9fe"), "größe");
}

TEST_F(VolumesTest, AreNamedByTheDatabaseOfUdev) {
  host_.put("run/udev/data/b8:1", "E:ID_FS_UUID_ENC=0a1b\nE:ID_FS_LABEL_ENC=data\n");
  EXPECT_EQ(name_of("sda1"), (VolumeName{"0a1b", "data", ""}));
}

TEST_F(VolumesTest, AreNamedByLinksWhereTheDatabaseIsMissing) {
  host_.link("dev/disk/by-uuid/0a1b", "../../sda1");
  host_.link("dev/disk/by-label/my\\x20data", "../../sda1");
  host_.link("dev/disk/by-label/gone", "../../sdz9");
  EXPECT_EQ(name_of("sda1"), (VolumeName{"0a1b", "my data", ""}));
  EXPECT_EQ(name_of("nvme0n1p2"), VolumeName());
  EXPECT_EQ(name_of(""), VolumeName());
}

TEST_F(VolumesTest, AreFoundByTheNumberOfTheirDevice) {
  EXPECT_EQ(find_block_device(host_.paths(), volume_mount({8, 1}, "/dev/root")), "sda1");
  EXPECT_EQ(find_block_device(host_.paths(), volume_mount({8, 99}, "/dev/root")), "");
}

TEST_F(VolumesTest, ThatSpanDevicesAreFoundByTheirSource) {
  host_.add_mapped("dm-0", "253:0", {"sda1"});
  host_.link("dev/mapper/vg-data", "../dm-0");
  EXPECT_EQ(find_block_device(host_.paths(), volume_mount({0, 30}, "/dev/mapper/vg-data")), "dm-0");
  EXPECT_EQ(find_block_device(host_.paths(), volume_mount({0, 30}, "/dev/nothing")), "");
  EXPECT_EQ(find_block_device(host_.paths(), volume_mount({0, 30}, "tank/data")), "");
  EXPECT_EQ(find_block_device(host_.paths(), volume_mount({0, 30}, "/dev/")), "");
}

TEST_F(VolumesTest, LieOnWholeDisks) {
  host_.add_mapped("md0", "9:0", {"sda1", "nvme0n1p2"});
  host_.add_mapped("dm-1", "253:1", {"md0"});
  EXPECT_THAT(find_whole_disks(host_.paths(), {"sda1"}), ElementsAre("sda"));
  EXPECT_THAT(find_whole_disks(host_.paths(), {"sda"}), ElementsAre("sda"));
  EXPECT_THAT(find_whole_disks(host_.paths(), {"dm-1"}), ElementsAre("nvme0n1", "sda"));
  EXPECT_THAT(find_whole_disks(host_.paths(), {""}), IsEmpty());
  EXPECT_THAT(find_whole_disks(host_.paths(), {"sdz"}), IsEmpty());
}

TEST_F(VolumesTest, ThatLieOnThemselvesEndTheSearch) {
  host_.add_mapped("dm-2", "253:2", {"dm-2"});
  EXPECT_THAT(find_whole_disks(host_.paths(), {"dm-2"}), IsEmpty());
}

}  // namespace
}  // namespace holdfast::agent
