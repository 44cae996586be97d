#include "process/work_files.hpp"

#include <cassert>
#include <fstream>
#include <system_error>

#include "runtime/files/files.hpp"
#include "text/ulid.hpp"

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

void write_variables(const WorkPaths& paths, const core::RepositoryAccess& access) {
  const auto backend = core::backend_of(access.url);
  for (const auto& [name, value] : access.environment) {
    const auto* variable = backend ? core::find_variable(*backend, name) : nullptr;
    if (!variable || !is_in_work_file(*variable, value)) continue;
    runtime::write_file_atomically(work_file_of(paths, name), value, runtime::Durability::Survives_crash);
  }
}

}  // namespace

WorkPaths work_paths(const Installation& installation, const core::JobId& job) {
  assert(text::is_ulid(job.text()) && "the folder named by it is removed with all that is in it");
  const auto directory = installation.work_directory / job.text();
  return {.directory = directory, .password = directory / "password", .sources = directory / "sources"};
}

void wipe_work_files(const WorkPaths& paths) noexcept {
  std::error_code ignored;
  for (const auto& file : std::filesystem::directory_iterator(paths.directory, ignored)) overwrite(file.path());
  std::filesystem::remove_all(paths.directory, ignored);
}

WorkFiles::WorkFiles(const WorkPaths& paths, const core::RepositoryAccess& access,
                     const std::vector<std::string>& sources)
    : paths_(paths) {
  using runtime::Durability;
  runtime::make_private_directory(paths.directory.parent_path());
  runtime::make_private_directory(paths.directory);
  try {
    runtime::write_file_atomically(paths.password, access.password, Durability::Survives_crash);
    write_variables(paths, access);
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
