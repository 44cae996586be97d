#include "probes/disks/pools.hpp"

#include <filesystem>
#include <system_error>

#include "probes/folders.hpp"
#include "probes/system/kernel_text.hpp"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;

bool is_zfs_member(const VolumeName& name, std::string_view pool) {
  return name.type == "zfs_member" && name.label == pool;
}

// "tank/data" is in the pool "tank", and udev knows whose members the devices are.
std::vector<std::string> members_of_zfs(const HostPaths& paths, std::string_view pool) {
  std::vector<std::string> members;
  for (std::string& device : names_in(paths.sys / "class" / "block")) {
    if (is_zfs_member(find_volume_name(paths, {}, device), pool)) members.push_back(std::move(device));
  }
  return members;
}

}  // namespace

std::vector<std::string> find_members(const HostPaths& paths, const Mount& mount, const std::string& device,
                                      const std::string& uuid) {
  const std::string_view source = mount.source;
  if (mount.fstype == "zfs") return members_of_zfs(paths, source.substr(0, source.find('/')));
  std::vector<std::string> members;
  if (mount.fstype == "btrfs" && !uuid.empty()) members = names_in(paths.sys / "fs" / "btrfs" / uuid / "devices");
  if (members.empty() && !device.empty()) members.push_back(device);
  return members;
}

}  // namespace holdfast::agent
