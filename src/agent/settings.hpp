#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/reports/report_interval.hpp"
#include "runtime/config/config.hpp"
#include "runtime/log/log.hpp"

namespace holdfast::agent {

// What agent.yaml and the environment (HOLDFAST_AGENT_…) say.
struct Settings {
  std::filesystem::path state_directory = "/var/lib/holdfast-agent";
  std::filesystem::path ca_file;  // empty: the one given when enrolling, or the system's
  std::string restic_program = "restic";
  bool allow_rclone = false;
  std::chrono::seconds report_interval = core::kReportInterval;
  std::vector<std::filesystem::path> container_sockets;  // of engines, beside those that are known
  std::filesystem::path restic_cache_directory;          // empty: below the state folder
  runtime::log::Level log_level = runtime::log::Level::Info;
  runtime::log::Format log_format = runtime::log::Format::Text;
};

// The error names file, line and key.
std::expected<Settings, std::string> read_settings(const std::optional<std::filesystem::path>& file,
                                                   const runtime::Environment& environment);

}  // namespace holdfast::agent
