#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "probes/disks/mounts.hpp"
#include "probes/host_paths.hpp"

// What the volume under a mount is called, and which disks it lies on.
namespace holdfast::agent {

struct VolumeName {
  std::string uuid;   // empty: unknown
  std::string label;  // empty: unknown, or it has none
  std::string type;   // "ext4", "zfs_member"; empty: unknown

  bool operator==(const VolumeName&) const = default;
};

// Of one record of udev's database.
VolumeName parse_udev_record(std::string_view record);
// udev writes what is no letter or digit in names as \x20.
std::string unescape_udev(std::string_view text);

// Of the links in /dev/disk, for hosts whose udev database cannot be read: by the device's name ("sda1").
using VolumeNames = std::map<std::string, VolumeName>;
VolumeNames read_volume_links(const HostPaths& paths);

// The block device under a mount: its name in /sys ("sda1", "dm-0"); empty where there is none. The file system's own
// number is of no use for btrfs and others that span several.
std::string find_block_device(const HostPaths& paths, const Mount& mount);

VolumeName find_volume_name(const HostPaths& paths, const VolumeNames& links, const std::string& device);

// The whole disks that block devices lie on, through partitions, encryption, LVM and RAID: "sda", "nvme0n1". Sorted.
std::vector<std::string> find_whole_disks(const HostPaths& paths, const std::vector<std::string>& devices);

}  // namespace holdfast::agent
