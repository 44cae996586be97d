#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>
#include <system_error>

namespace holdfast::runtime {

// For tests: a folder of its own, gone at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory() : path_((std::filesystem::temp_directory_path() / "runtime_test.XXXXXX").string()) {
    if (!::mkdtemp(path_.data())) throw std::filesystem::filesystem_error("mkdtemp", {});
  }
  ~TemporaryDirectory() {
    std::error_code left;  // what a test made unremovable
    std::filesystem::remove_all(path_, left);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return std::filesystem::path(path_) / name; }
  std::filesystem::path path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace holdfast::runtime
