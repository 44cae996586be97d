// What engines, smartctl and kernels of the field say, as files below tests/data/field, which fuzzing begins with, too.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "probes/containers/containers.hpp"
#include "probes/disks/io_counters.hpp"
#include "probes/disks/mounts.hpp"
#include "probes/disks/smart.hpp"
#include "probes/system/cpu.hpp"
#include "probes/system/kernel_text.hpp"
#include "probes/system/memory.hpp"
#include "text/time.hpp"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

const fs::path kField = fs::path(HOLDFAST_TEST_DATA) / "field";

std::string field(std::string_view name) {
  const std::string text = read_or_empty(kField / name);
  EXPECT_FALSE(text.empty()) << name;
  return text;
}

std::set<std::string> files_in(std::string_view folder) {
  std::set<std::string> files;
  for (const auto& entry : fs::directory_iterator(kField / folder)) files.insert(entry.path().filename());
  return files;
}

// "web running healthy"
std::vector<std::string> containers_in(std::string_view name) {
  std::vector<std::string> all;
  const auto containers = parse_containers(field(name));
  if (!containers) return {"no list"};
  for (const core::ContainerReport& item : summarise(*containers).items) {
    all.push_back(item.name + " " + item.state + (item.exit_code ? " " + std::to_string(*item.exit_code) : "") +
                  (item.health.empty() ? "" : " " + item.health));
  }
  return all;
}

TEST(FieldEngines, ListTheirContainers) {
  EXPECT_THAT(containers_in("engines/docker-28-list.json"),
              ElementsAre("db running unhealthy", "cron restarting", "import exited 1", "web running healthy",
                          "done exited 0", "stopped exited 143"));
  EXPECT_THAT(containers_in("engines/docker-29-list.json"),
              ElementsAre("web running unhealthy", "job running", "boot running starting"));
  EXPECT_THAT(containers_in("engines/podman-4.3-list.json"), ElementsAre("job exited 2", "web running"));
  EXPECT_THAT(containers_in("engines/docker-refuses.json"), ElementsAre("no list"));
  EXPECT_THAT(containers_in("engines/proxy-forbidden.html"), ElementsAre("no list"));
}

TEST(FieldEngines, GiveContainersOddNames) {
  EXPECT_THAT(containers_in("engines/odd-names.json"),
              ElementsAre("a\nb\a\x1b[31m running", std::string(255, 'x') + " created"));
}

TEST(FieldEngines, TellOfOneContainer) {
  EXPECT_EQ(parse_inspection(field("engines/docker-inspect-restarting.json")), (Inspection{41, ""}));
  EXPECT_EQ(parse_inspection(field("engines/podman-4.3-inspect-unhealthy.json")), (Inspection{0, "unhealthy"}));
  EXPECT_EQ(parse_inspection(field("engines/podman-3-inspect-unhealthy.json")), (Inspection{0, "unhealthy"}));
}

TEST(FieldEngines, TellWhatAContainerUses) {
  EXPECT_EQ(parse_statistics(field("engines/docker-28-stats.json")), (Statistics{91'000'000'000, 50.0, 300'000'000}));
  EXPECT_EQ(parse_statistics(field("engines/docker-28-stats-one-shot.json")),
            (Statistics{181'000'000'000, std::nullopt, 300'000'000}));
  EXPECT_EQ(parse_statistics(field("engines/podman-4.3-stats.json")),
            (Statistics{5'000'000'000, std::nullopt, 1'048'576}));
  EXPECT_EQ(parse_statistics(field("engines/docker-stats-of-stopped.json")).memory_bytes, std::nullopt);
}

TEST(FieldSmart, TellsHowDisksAre) {
  const std::map<std::string, std::pair<int, std::string_view>> said{
      {"ata-passed.json", {0, "passed"}},
      {"ata-failing.json", {24, "failing"}},
      {"nvme-hot.json", {8, "hot"}},
      {"nvme-spare.json", {8, "prefail"}},
      {"scsi-hot.json", {8, "hot"}},
      {"nvme-read-only.json", {8, "failing"}},
      {"raid-volume.json", {4, "unknown"}},
      {"not-allowed.json", {2, "unknown"}},
      {"virtio.json", {1, "unknown"}},
      {"too-old.txt", {1, "unknown"}},
      {"asleep.json", {2, ""}},
      {"scan-megaraid.json", {0, "unknown"}},
  };
  for (const std::string& file : files_in("smartctl")) {
    ASSERT_TRUE(said.contains(file)) << file << ": add what it says";
    EXPECT_EQ(parse_smart(field("smartctl/" + file), said.at(file).first), said.at(file).second) << file;
  }
}

TEST(FieldSmart, FindsDrives) {
  EXPECT_THAT(parse_smart_scan(field("smartctl/scan-megaraid.json")),
              ElementsAre(SmartDrive{"/dev/sda", ""}, SmartDrive{"/dev/bus/0", "megaraid,8"},
                          SmartDrive{"/dev/bus/0", "megaraid,9"}, SmartDrive{"/dev/nvme0", ""}));
}

TEST(FieldMounts, AreDisksOrNot) {
  const std::map<std::string, std::vector<std::string>> disks{
      {"debian", {"/", "/boot/efi", "/srv"}},
      {"btrfs-subvolumes", {"/"}},
      {"zfs", {"/", "/tank", "/tank/data"}},
      {"network", {"/", "/mnt/nas", "/mnt/win", "/mnt/ssh"}},
      {"covered", {"/", "/mnt"}},
      {"read-only", {"/", "/mnt/image", "/srv"}},
      {"odd-names", {"/", "/mnt/a\nb c\td\\e", "/mnt/\xff\xfe", "/mnt/\x1b[31m"}},
  };
  const auto nodev =
      parse_nodev_types("nodev\tsysfs\nnodev\tproc\nnodev\tdevtmpfs\nnodev\ttmpfs\nnodev\tcgroup2\nnodev\tnsfs\n");
  for (const std::string& file : files_in("mounts")) {
    ASSERT_TRUE(disks.contains(file)) << file << ": add its disks";
    std::vector<std::string> found;
    for (const Mount& mount : find_disks(parse_mountinfo(field("mounts/" + file)), nodev)) found.push_back(mount.point);
    EXPECT_EQ(found, disks.at(file)) << file;
  }
}

TEST(FieldMounts, OfFileSystemsThatCanOnlyBeReadSayThat) {
  std::vector<bool> read_only;
  for (const Mount& mount : parse_mountinfo(field("mounts/read-only"))) read_only.push_back(mount.is_read_only);
  EXPECT_THAT(read_only, ElementsAre(false, true, true));
  EXPECT_THAT(parse_writable_points(field("proc/fstab")), ElementsAre("/"));
}

TEST(FieldProc, TellsOfMemory) {
  const auto cache = parse_zfs_cache(field("proc/arcstats"));
  ASSERT_TRUE(cache);
  EXPECT_EQ(parse_memory(field("proc/meminfo-zfs"))->memory.percent, 97.1);
  EXPECT_EQ(parse_memory(field("proc/meminfo-zfs"), *cache)->memory.percent, 36.3);
  EXPECT_EQ(parse_memory(field("proc/meminfo-zfs"))->swap.percent, std::nullopt);
  EXPECT_EQ(parse_memory(field("proc/meminfo-2.6"))->memory.percent, 49.4);
}

TEST(FieldProc, TellsWhatWentThrough) {
  EXPECT_EQ(parse_network_counts(field("proc/net-dev")).at("eth0"), (IoCount{184'467'440'737'095'516, 2000}));
  EXPECT_EQ(parse_disk_counts(field("proc/diskstats")).at("sda"), (IoCount{51'200, 204'800}));
  EXPECT_EQ(parse_disk_counts(field("proc/diskstats-2.6")).size(), 1u);
  EXPECT_EQ(parse_boot_time(field("proc/stat")), text::parse_time("2025-11-24T13:40:00Z"));
}

}  // namespace
}  // namespace holdfast::agent
