#pragma once

#include <compare>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// Which file systems are mounted, and which of them are disks in the sense of whoever asks "is a disk full".
namespace holdfast::agent {

struct DeviceNumber {
  std::uint64_t major = 0;
  std::uint64_t minor = 0;

  auto operator<=>(const DeviceNumber&) const = default;
};

// One line of mountinfo. Paths are the bytes the kernel has, which may be no UTF-8.
struct Mount {
  std::uint64_t id = 0;
  std::uint64_t parent = 0;
  DeviceNumber device;
  std::string root;  // which part of the file system: "/", or the folder that is bound
  std::string point;
  std::string fstype;
  std::string source;
  bool is_automounted = false;  // is mounted when somebody looks, and goes when nobody does any more
  bool is_read_only = false;    // the file system itself: that only this view of it is does not count

  bool operator==(const Mount&) const = default;
};

// Of /proc/self/mountinfo; a line that cannot be read is left out.
std::vector<Mount> parse_mountinfo(std::string_view text);

// Of /proc/filesystems: the types that need no device.
std::set<std::string, std::less<>> parse_nodev_types(std::string_view filesystems);

// Whether looking at it asks somebody else: a server, or a program.
bool is_remote(std::string_view fstype);

// Of /etc/fstab: where something is to be mounted that can be written to.
std::set<std::string> parse_writable_points(std::string_view fstab);

// Each disk once, by the shortest of the places where it is mounted; no pseudo file systems, no images that are always
// full, nothing that something else is mounted over (there, or on a folder above), nothing of container engines. In the
// order of mounting.
std::vector<Mount> find_disks(const std::vector<Mount>& mounts, const std::set<std::string, std::less<>>& nodev_types);

}  // namespace holdfast::agent
