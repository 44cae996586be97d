#pragma once

#include "process/command.hpp"

// The files of a running job: one private folder with the password, the list of sources, and what of the repository's
// variables restic reads from files.
namespace holdfast::restic {

// Where they are; nothing is touched.
WorkPaths work_paths(const Installation& installation, const core::JobId& job);

// Overwrites its files and removes the folder with all that is in it. Never throws: it also runs when things have
// gone wrong, and is repeated after a crash.
void wipe_work_files(const WorkPaths& paths) noexcept;

// Makes the files, and wipes them at the end.
class WorkFiles {
 public:
  // `sources` are the paths that restic shall read. Throws std::system_error when the file system fails.
  WorkFiles(const WorkPaths& paths, const core::RepositoryAccess& access, const std::vector<std::string>& sources);
  ~WorkFiles();
  WorkFiles(const WorkFiles&) = delete;
  WorkFiles& operator=(const WorkFiles&) = delete;

  const WorkPaths& paths() const { return paths_; }

 private:
  WorkPaths paths_;
};

}  // namespace holdfast::restic
