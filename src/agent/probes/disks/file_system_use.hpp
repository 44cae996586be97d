#pragma once

#include <sys/statvfs.h>

#include <optional>

#include "core/reports/report.hpp"

// How full a file system is, in the figures that df shows.
namespace holdfast::agent {

struct FileSystemUse {
  core::Space space;
  std::optional<double> inodes_percent;  // absent where files cannot run out

  bool operator==(const FileSystemUse&) const = default;
};

// Nothing for a file system without a size.
std::optional<FileSystemUse> use_of(const struct statvfs& figures);

}  // namespace holdfast::agent
