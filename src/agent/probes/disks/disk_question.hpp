#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "probes/disks/file_system_use.hpp"
#include "probes/disks/mounts.hpp"

namespace holdfast::agent {

// What a file system said when it was asked how full it is.
struct DiskAnswer {
  std::optional<FileSystemUse> use;
  std::string trouble;  // why it gave no figures, when that is a fault: "does not answer"

  bool operator==(const DiskAnswer&) const = default;
};

// Asks a file system. Blocks, for ever if what is behind it is dead. Where that is a server or a program, another
// process asks: a question that is stuck in the kernel would not let the agent itself end, not even by SIGKILL.
DiskAnswer ask_file_system(const Mount& mount);

// Of what stat prints for kStatFormat; nothing when it is anything else.
inline constexpr std::string_view kStatFormat = "%S %b %f %a %c %d";
std::optional<struct statvfs> parse_stat(std::string_view text);

// Why there are no figures, in the words of the system ("Stale file handle"); empty when that is no fault of the file
// system: it is hidden from us, or was unmounted just now.
std::string trouble_of(std::string_view reason);

}  // namespace holdfast::agent
