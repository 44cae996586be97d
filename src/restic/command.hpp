#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "restic/backup.hpp"

// How restic is called: command lines without secrets, and an environment of which every variable is chosen.
namespace holdfast::restic {

using Environment = std::map<std::string, std::string>;

// The files that a command line and its environment name.
struct WorkPaths {
  std::filesystem::path directory;  // also TMPDIR
  std::filesystem::path password;
  std::filesystem::path sources;  // each path ends with NUL
};

// What any restic needs of `inherited`, the environment of this process: PATH, and HOME and SSH_AUTH_SOCK for ssh.
Environment base_environment(const Environment& inherited);

// The base, and how to open the repository. restic up to 0.16.0 takes the login of a REST server only in the URL.
Environment repository_environment(const Environment& inherited, const Installation& installation,
                                   const core::RepositoryAccess& access, const WorkPaths& paths,
                                   const Version& version);

using Arguments = std::vector<std::string>;

Arguments version_arguments(const Installation& installation);
// Opens the repository and does nothing with it: tells whether it is there and the password fits.
Arguments probe_arguments(const Installation& installation);
Arguments init_arguments(const Installation& installation);
Arguments unlock_arguments(const Installation& installation);  // stale locks only
Arguments backup_arguments(const Installation& installation, const BackupRequest& request, const WorkPaths& paths);

}  // namespace holdfast::restic
