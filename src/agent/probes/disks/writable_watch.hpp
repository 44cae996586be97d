#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "probes/disks/mounts.hpp"

namespace holdfast::agent {

// Notices disks that cannot be written to any more: the kernel takes a file system that met an error for read-only.
class WritableWatch {
 public:
  // One sentence without a full stop for each that could be written to at an earlier look, or is to be writable
  // according to /etc/fstab.
  std::vector<std::string> look(const std::vector<Mount>& disks, const std::set<std::string>& writable_points);

 private:
  std::set<std::pair<std::string, std::string>> seen_writable_;  // source and point
};

}  // namespace holdfast::agent
