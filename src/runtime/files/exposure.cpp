#include "runtime/files/exposure.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace holdfast::runtime {
namespace {

namespace fs = std::filesystem;

bool is_own_group(gid_t group) {
  if (group == ::getegid()) return true;
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(::getgroups(0, nullptr), 0)));
  const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
  groups.resize(static_cast<std::size_t>(std::max(count, 0)));
  return std::ranges::find(groups, group) != groups.end();
}

// Of the permissions in `forbidden`, for all: whether others have one.
bool is_open(const struct stat& status, mode_t forbidden) {
  const bool to_group = (status.st_mode & forbidden & S_IRWXG) != 0 && !is_own_group(status.st_gid);
  return to_group || (status.st_mode & forbidden & S_IRWXO) != 0;
}

void refuse(const fs::path& path, mode_t forbidden, std::string_view what, std::string_view remedy) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return;
  if (status.st_uid != ::geteuid() && status.st_uid != 0) {
    throw std::runtime_error(
        fmt::format("{0} belongs to user {1}, who could change it: give it to the user that this program runs as, with "
                    "chown -R {2} {0}",
                    path.string(), status.st_uid, ::geteuid()));
  }
  if (is_open(status, forbidden)) {
    throw std::runtime_error(fmt::format("{0} {1} (mode {2:04o}): take that from them with {3} {0}", path.string(),
                                         what, status.st_mode & 07777U, remedy));
  }
}

}  // namespace

void refuse_exposed_folder(const fs::path& folder) {
  refuse(folder, S_IWGRP | S_IWOTH, "can be written by others on this machine", "chmod go-w");
}

void refuse_exposed_secret(const fs::path& file) {
  refuse(file, S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH, "holds secrets that others on this machine can read or change",
         "chmod 600");
}

}  // namespace holdfast::runtime
