#pragma once

#include <string>
#include <vector>

#include "probes/disks/volumes.hpp"
#include "probes/host_paths.hpp"

namespace holdfast::agent {

// The block devices that a file system lies on: the one under the mount, and of pools all members, of which a mount
// names one or none.
std::vector<std::string> find_members(const HostPaths& paths, const Mount& mount, const std::string& device,
                                      const std::string& uuid);

}  // namespace holdfast::agent
