#include "work_files.hpp"

#include <cassert>
#include <fstream>
#include <system_error>

#include "runtime/files.hpp"

namespace holdfast::restic {
namespace {

void overwrite(const std::filesystem::path& path) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(path, failed);
  if (failed) return;
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  for (std::uintmax_t i = 0; i < size; ++i) file.put('\0');
}

// Any bytes may stand in a path but NUL, which therefore ends each.
std::string list_of(const std::vector<std::string>& sources) {
  std::string list;
  for (const auto& source : sources) {
    list += source;
    list += '\0';
  }
  return list;
}

}  // namespace

WorkPaths work_paths(const Installation& installation, const core::JobId& job) {
  assert(core::is_ulid(job.text()) && "the folder named by it is removed with all that is in it");
  const auto directory = installation.work_directory / job.text();
  return {.directory = directory, .password = directory / "password", .sources = directory / "sources"};
}

void wipe_work_files(const WorkPaths& paths) noexcept {
  overwrite(paths.password);
  std::error_code ignored;
  std::filesystem::remove_all(paths.directory, ignored);
}

WorkFiles::WorkFiles(const WorkPaths& paths, const std::string& password, const std::vector<std::string>& sources)
    : paths_(paths) {
  using runtime::Durability;
  runtime::make_private_directory(paths.directory.parent_path());
  runtime::make_private_directory(paths.directory);
  try {
    runtime::write_file_atomically(paths.password, password, Durability::Survives_crash);
    runtime::write_file_atomically(paths.sources, list_of(sources), Durability::Survives_crash);
  } catch (...) {
    wipe_work_files(paths_);
    throw;
  }
}

WorkFiles::~WorkFiles() {
  wipe_work_files(paths_);
}

}  // namespace holdfast::restic
