#pragma once

#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

// What is asked of /sys and /dev, where anything may go away meanwhile.
namespace holdfast::agent {

inline bool is_there(const std::filesystem::path& path) {
  std::error_code failed;
  return std::filesystem::exists(path, failed);
}

inline std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed))
    names.push_back(entry.path().filename());
  return names;
}

}  // namespace holdfast::agent
