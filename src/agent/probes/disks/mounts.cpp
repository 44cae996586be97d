#include "probes/disks/mounts.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "probes/system/kernel_text.hpp"

// The table of mounts has one file system many times (bound elsewhere, for containers, with another mounted over
// it), and nothing in it says which of them people mean. So a disk is one by its type, counts where its path reaches
// it (MountTree), and of those with the same device number the best place is kept.
namespace holdfast::agent {
namespace {

using Types = std::set<std::string, std::less<>>;

// Need no device, and hold data all the same.
constexpr std::array<std::string_view, 16> kRemote{"nfs",       "nfs4",   "cifs",   "smb3",   "smbfs", "ceph",
                                                   "glusterfs", "lustre", "beegfs", "gpfs",   "afs",   "9p",
                                                   "virtiofs",  "vboxsf", "fuse",   "fuseblk"};
constexpr std::array<std::string_view, 5> kWithoutDevice{"zfs", "btrfs", "bcachefs", "ubifs", "jffs2"};
// Always full, or a view of something that is counted elsewhere.
constexpr std::array<std::string_view, 22> kNoDisk{"overlay",
                                                   "aufs",
                                                   "squashfs",
                                                   "erofs",
                                                   "cramfs",
                                                   "romfs",
                                                   "iso9660",
                                                   "udf",
                                                   "autofs",
                                                   "ramfs",
                                                   "tmpfs",
                                                   "rootfs",
                                                   "fuse.lxcfs",
                                                   "fuse.portal",
                                                   "fuse.gvfsd-fuse",
                                                   "fuse.snapfuse",
                                                   "fuse.overlayfs",
                                                   "fuse.squashfuse",
                                                   "fuse.squashfuse_ll",
                                                   "fuse.fuse-overlayfs",
                                                   "fuse.revokefs-fuse",
                                                   "fuse.archivemount"};
constexpr std::array<std::string_view, 4> kOfContainerEngines{"/var/lib/docker/", "/var/lib/containers/storage/",
                                                              "/run/docker/", "/var/snap/docker/"};

bool contains(const auto& list, std::string_view item) {
  return std::ranges::find(list, item) != list.end();
}

std::optional<char> octal(std::string_view digits) {
  if (digits.size() < 3) return std::nullopt;
  int value = 0;
  for (const char digit : digits.substr(0, 3)) {
    if (digit < '0' || digit > '7') return std::nullopt;
    value = value * 8 + (digit - '0');
  }
  return static_cast<char>(value);
}

// The kernel writes blanks, newlines and backslashes in paths as \040.
std::string unescape(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const auto character = text.front() == '\\' ? octal(text.substr(1)) : std::nullopt;
    plain += character.value_or(text.front());
    text.remove_prefix(character ? 4 : 1);
  }
  return plain;
}

std::optional<DeviceNumber> parse_device(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto major = parse_count(text.substr(0, colon));
  const auto minor = parse_count(text.substr(colon + 1));
  if (!major || !minor) return std::nullopt;
  return DeviceNumber{*major, *minor};
}

bool has_option(std::string_view options, std::string_view wanted) {
  while (!options.empty()) {
    const std::string_view option = options.substr(0, options.find(','));
    if (option == wanted) return true;
    options.remove_prefix(std::min(option.size() + 1, options.size()));
  }
  return false;
}

// ext4 that met an error says the latter since Linux 6.15.
bool is_read_only(std::string_view options) {
  return has_option(options, "ro") || has_option(options, "emergency_ro");
}

// id parent major:minor root point options [optional fields] - fstype source options
std::optional<Mount> parse_mount(std::string_view line) {
  const auto id = parse_count(take_field(line));
  const auto parent = parse_count(take_field(line));
  const auto device = parse_device(take_field(line));
  if (!id || !parent || !device) return std::nullopt;
  Mount mount{*id, *parent, *device, unescape(take_field(line)), unescape(take_field(line)), {}, {}, false};
  std::string_view field = take_field(line);
  while (!field.empty() && field != "-") field = take_field(line);
  mount.fstype = unescape(take_field(line));
  mount.source = unescape(take_field(line));
  mount.is_read_only = is_read_only(take_field(line));
  if (mount.fstype.empty() || !mount.point.starts_with('/')) return std::nullopt;
  return mount;
}

std::string_view main_type(std::string_view fstype) {
  return fstype.substr(0, fstype.find('.'));
}

bool is_disk(const Mount& mount, const Types& nodev_types) {
  const std::string_view type = main_type(mount.fstype);
  if (contains(kNoDisk, mount.fstype) || mount.root.ends_with("//deleted")) return false;
  const bool of_engine = std::ranges::any_of(kOfContainerEngines,
                                             [&](std::string_view folder) { return mount.point.starts_with(folder); });
  if (of_engine) return false;
  return contains(kRemote, type) || contains(kWithoutDevice, type) || !nodev_types.contains(type);
}

bool is_at_or_above(std::string_view folder, std::string_view path) {
  if (!path.starts_with(folder)) return false;
  return path.size() == folder.size() || folder.ends_with('/') || path[folder.size()] == '/';
}

// Which mounts can be reached by their paths.
class MountTree {
 public:
  explicit MountTree(const std::vector<Mount>& mounts) {
    for (const Mount& mount : mounts) {
      by_id_[mount.id] = &mount;
      if (mount.id != mount.parent) on_[mount.parent].push_back(&mount);
    }
  }

  // What is mounted on the same place hides it, and so does what is mounted over a folder on the way to it.
  bool hides(const Mount& mount) const {
    if (covers(mount.id, nullptr, mount.point)) return true;
    std::size_t left = by_id_.size();  // a table may lead round in circles
    for (const Mount* child = &mount; left > 0; --left) {
      const auto parent = by_id_.find(child->parent);
      if (parent == by_id_.end() || parent->second == child) return false;
      if (covers(child->parent, child, child->point)) return true;
      child = parent->second;
    }
    return false;
  }

 private:
  bool covers(std::uint64_t parent, const Mount* but, std::string_view path) const {
    const auto mounted = on_.find(parent);
    if (mounted == on_.end()) return false;
    return std::ranges::any_of(mounted->second, [&](const Mount* other) {
      return other != but && is_at_or_above(other->point, path) && (!but || other->point != path);
    });
  }

  std::map<std::uint64_t, const Mount*> by_id_;
  std::map<std::uint64_t, std::vector<const Mount*>> on_;
};

// The place by which people know a file system: all of it rather than a folder bound elsewhere, and the shortest path.
bool is_better_place(const Mount& a, const Mount& b) {
  const auto rank = [](const Mount& mount) { return std::pair(mount.root != "/", mount.point.size()); };
  return rank(a) < rank(b);
}

}  // namespace

std::vector<Mount> parse_mountinfo(std::string_view text) {
  std::vector<Mount> mounts;
  while (!text.empty()) {
    if (auto mount = parse_mount(take_line(text))) mounts.push_back(std::move(*mount));
  }
  std::set<std::uint64_t> automounts;
  for (const Mount& mount : mounts) {
    if (mount.fstype == "autofs") automounts.insert(mount.id);
  }
  for (Mount& mount : mounts) mount.is_automounted = automounts.contains(mount.parent);
  return mounts;
}

Types parse_nodev_types(std::string_view filesystems) {
  Types types;
  while (!filesystems.empty()) {
    std::string_view line = take_line(filesystems);
    if (take_field(line) == "nodev") types.emplace(take_field(line));
  }
  return types;
}

std::set<std::string> parse_writable_points(std::string_view fstab) {
  std::set<std::string> points;
  while (!fstab.empty()) {
    std::string_view line = take_line(fstab);
    const std::string_view source = take_field(line);
    std::string point = unescape(take_field(line));
    take_field(line);
    const std::string_view options = take_field(line);
    if (source.starts_with('#') || !point.starts_with('/')) continue;
    if (!has_option(options, "ro") && !has_option(options, "bind")) points.insert(std::move(point));
  }
  return points;
}

bool is_remote(std::string_view fstype) {
  return contains(kRemote, main_type(fstype));
}

std::vector<Mount> find_disks(const std::vector<Mount>& mounts, const Types& nodev_types) {
  std::vector<Mount> disks;
  std::map<DeviceNumber, std::size_t> known;
  const MountTree tree(mounts);
  for (const Mount& mount : mounts) {
    if (!is_disk(mount, nodev_types) || tree.hides(mount)) continue;
    const auto [place, is_first] = known.try_emplace(mount.device, disks.size());
    if (is_first)
      disks.push_back(mount);
    else if (is_better_place(mount, disks[place->second]))
      disks[place->second] = mount;
  }
  return disks;
}

}  // namespace holdfast::agent
