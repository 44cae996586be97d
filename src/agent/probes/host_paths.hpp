#pragma once

#include <filesystem>

namespace holdfast::agent {

// Where the host shows what it is like; tests show them another one.
struct HostPaths {
  std::filesystem::path proc = "/proc";
  std::filesystem::path sys = "/sys";
  std::filesystem::path dev = "/dev";
  std::filesystem::path run = "/run";
  std::filesystem::path etc = "/etc";
};

}  // namespace holdfast::agent
