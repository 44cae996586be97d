#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "restic/backup/backup.hpp"

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

// The base, how to open the repository, and the variables of its backend: of `inherited` those that the lists in core
// name, then the repository's own. Credentials of the two are never mixed: a hub that names a server must not be told
// the host's keys for another. restic up to 0.16.0 takes the login of a REST server only in the URL.
Environment repository_environment(const Environment& inherited, const Installation& installation,
                                   const core::RepositoryAccess& access, const WorkPaths& paths,
                                   const Version& version);

// Whether a variable is handed over as a file of the job, which holds its content; and where.
bool is_in_work_file(const core::RepositoryVariable& variable, std::string_view value);
std::filesystem::path work_file_of(const WorkPaths& paths, std::string_view variable);

// When restic could not even begin without a variable that is not there: names it.
std::optional<core::JobFailure> variables_missing(const core::RepositoryAccess& access, const Environment& environment);

using Arguments = std::vector<std::string>;

Arguments version_arguments(const Installation& installation);
// Opens the repository and does nothing with it: tells whether it is there and the password fits.
Arguments probe_arguments(const Installation& installation);
Arguments init_arguments(const Installation& installation);
Arguments unlock_arguments(const Installation& installation);  // stale locks only
Arguments list_keys_arguments(const Installation& installation);
Arguments add_key_arguments(const Installation& installation, const std::filesystem::path& password_file,
                            std::string_view host);
Arguments remove_key_arguments(const Installation& installation, const std::string& id);
// `lock_wait`: how long restic waits for the lock of others by itself; only for one that can.
Arguments backup_arguments(const Installation& installation, const BackupRequest& request, const WorkPaths& paths,
                           std::chrono::seconds lock_wait = {});

}  // namespace holdfast::restic
