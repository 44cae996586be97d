#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <exception>
#include <filesystem>
#include <memory>
#include <string_view>
#include <system_error>

#include "restic/backup/source_check.hpp"

// One look at a source: what lstat, the folder's first entry and the mount points say.
namespace holdfast::restic {
namespace {

namespace fs = std::filesystem;

std::string words_of(int error) {
  return std::generic_category().message(error);
}

SourceLook unreachable(int error) {
  const bool missing = error == ENOENT || error == ENOTDIR;
  return {.state = missing ? SourceState::Missing : SourceState::Unreachable, .detail = words_of(error)};
}

SourceLook look_at_folder(const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(path.c_str()), ::closedir);
  if (!folder) return unreachable(errno);
  for (;;) {
    errno = 0;
    const auto* entry = ::readdir(folder.get());
    if (!entry && errno != 0) return unreachable(errno);
    if (!entry) return {.state = SourceState::Empty, .is_folder = true};
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") return {.state = SourceState::There, .is_folder = true};
  }
}

SourceLook look_at_link(const fs::path& path) {
  std::error_code failed;
  const auto target = path.parent_path() / fs::read_symlink(path, failed);
  const auto whole = fs::weakly_canonical(target, failed);
  return {.state = SourceState::Link, .detail = failed ? target.string() : whole.string()};
}

// Empty for what has content.
std::string_view special_kind(mode_t mode) {
  if (S_ISFIFO(mode)) return "named pipe";
  if (S_ISSOCK(mode)) return "socket";
  if (S_ISBLK(mode)) return "block device";
  if (S_ISCHR(mode)) return "character device";
  return {};
}

SourceLook look_at(const std::string& path) {
  struct stat found{};
  if (::lstat(path.c_str(), &found) != 0) return unreachable(errno);
  if (S_ISLNK(found.st_mode)) return look_at_link(path);
  if (S_ISDIR(found.st_mode)) return look_at_folder(path);
  if (const auto kind = special_kind(found.st_mode); !kind.empty())
    return {.state = SourceState::Special, .detail = std::string(kind)};
  return {.state = SourceState::There};
}

bool is_mount_point(const fs::path& path) {
  struct statx found{};
  if (::statx(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &found) != 0)
    return false;
  return (found.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

std::string mount_point_of(const std::string& path) {
  std::error_code failed;
  auto at = fs::weakly_canonical(path, failed);
  if (failed) return {};
  while (at != at.root_path() && !is_mount_point(at)) at = at.parent_path();
  return at.string();
}

// restic takes "/data/" for "/data", which may be a link.
std::string without_slash_at_end(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

}  // namespace

SourceLook look_at_source(const std::string& source) {
  try {
    const auto path = without_slash_at_end(source);
    auto look = look_at(path);
    if (look.state != SourceState::Link) look.mount_point = mount_point_of(path);
    return look;
  } catch (const std::exception& error) {
    return {.state = SourceState::Unreachable, .detail = error.what()};
  }
}

}  // namespace holdfast::restic
