#include "probes/disks/volumes.hpp"

#include <charconv>
#include <optional>
#include <set>
#include <system_error>

#include "probes/folders.hpp"
#include "probes/system/kernel_text.hpp"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLayers = 8;

// The value of `key` in a line of udev's database, "E:ID_FS_UUID=…".
std::optional<std::string_view> value_of(std::string_view line, std::string_view key) {
  if (!line.starts_with("E:")) return std::nullopt;
  line.remove_prefix(2);
  if (!line.starts_with(key) || line.substr(key.size(), 1) != "=") return std::nullopt;
  return line.substr(key.size() + 1);
}

fs::path class_folder(const HostPaths& paths, const std::string& device) {
  return paths.sys / "class" / "block" / device;
}

// The name of the device that a path in /dev leads to.
std::string device_behind(const fs::path& link) {
  std::error_code failed;
  const fs::path device = fs::canonical(link, failed);
  return failed ? std::string() : device.filename().string();
}

std::string number_of(const HostPaths& paths, const std::string& device) {
  const std::string text = read_or_empty(class_folder(paths, device) / "dev");
  return text.substr(0, text.find('\n'));
}

// /sys has a folder for each disk, and in it one for each of its partitions.
std::string disk_of_partition(const HostPaths& paths, const std::string& device) {
  if (!is_there(class_folder(paths, device) / "partition")) return device;
  std::error_code failed;
  const fs::path folder = fs::canonical(class_folder(paths, device), failed);
  return failed ? device : folder.parent_path().filename().string();
}

void collect_disks(const HostPaths& paths, const std::string& device, int layers, std::set<std::string>& disks) {
  const std::string whole = disk_of_partition(paths, device);
  const auto below = names_in(class_folder(paths, whole) / "slaves");
  if (below.empty()) disks.insert(whole);
  if (layers == 0) return;
  for (const std::string& name : below) collect_disks(paths, name, layers - 1, disks);
}

}  // namespace

std::string unescape_udev(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    unsigned value = 0;
    const bool escaped = text.starts_with("\\x") && text.size() >= 4 &&
                         std::from_chars(text.data() + 2, text.data() + 4, value, 16).ptr == text.data() + 4;
    plain += escaped ? static_cast<char>(value) : text.front();
    text.remove_prefix(escaped ? 4 : 1);
  }
  return plain;
}

VolumeName parse_udev_record(std::string_view record) {
  VolumeName name;
  while (!record.empty()) {
    const std::string_view line = take_line(record);
    if (const auto uuid = value_of(line, "ID_FS_UUID_ENC")) name.uuid = unescape_udev(*uuid);
    if (const auto label = value_of(line, "ID_FS_LABEL_ENC")) name.label = unescape_udev(*label);
    if (const auto type = value_of(line, "ID_FS_TYPE")) name.type = *type;
  }
  return name;
}

VolumeNames read_volume_links(const HostPaths& paths) {
  VolumeNames names;
  const fs::path by_uuid = paths.dev / "disk" / "by-uuid";
  for (const std::string& link : names_in(by_uuid)) names[device_behind(by_uuid / link)].uuid = unescape_udev(link);
  const fs::path by_label = paths.dev / "disk" / "by-label";
  for (const std::string& link : names_in(by_label)) names[device_behind(by_label / link)].label = unescape_udev(link);
  names.erase("");
  return names;
}

std::string find_block_device(const HostPaths& paths, const Mount& mount) {
  if (mount.device.major != 0) {
    const std::string number = std::to_string(mount.device.major) + ":" + std::to_string(mount.device.minor);
    return device_behind(paths.sys / "dev" / "block" / number);
  }
  constexpr std::string_view kDevices = "/dev/";
  if (!mount.source.starts_with(kDevices)) return {};
  const std::string device = device_behind(paths.dev / mount.source.substr(kDevices.size()));
  return !device.empty() && is_there(class_folder(paths, device)) ? device : std::string();
}

VolumeName find_volume_name(const HostPaths& paths, const VolumeNames& links, const std::string& device) {
  const std::string number = device.empty() ? std::string() : number_of(paths, device);
  const VolumeName recorded =
      number.empty() ? VolumeName() : parse_udev_record(read_or_empty(paths.run / "udev" / "data" / ("b" + number)));
  if (!recorded.uuid.empty()) return recorded;
  const auto linked = links.find(device);
  return linked == links.end() ? recorded : linked->second;
}

std::vector<std::string> find_whole_disks(const HostPaths& paths, const std::vector<std::string>& devices) {
  std::set<std::string> disks;
  for (const std::string& device : devices) {
    if (!device.empty() && is_there(class_folder(paths, device))) collect_disks(paths, device, kMostLayers, disks);
  }
  return {disks.begin(), disks.end()};
}

}  // namespace holdfast::agent
