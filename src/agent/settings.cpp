#include "settings.hpp"

#include <functional>
#include <vector>

#include "text/duration.hpp"

namespace holdfast::agent {
namespace {

using Outcome = std::expected<void, std::string>;
using Set = std::function<Outcome(const std::string&)>;
using runtime::log::Format;
using runtime::log::Level;

Set absolute_path(std::filesystem::path& target) {
  return [&target](const std::string& value) -> Outcome {
    if (!value.starts_with('/')) return std::unexpected("must be an absolute path");
    target = value;
    return {};
  };
}

Outcome add_socket(Settings& settings, const std::string& value) {
  if (!value.starts_with('/')) return std::unexpected("must be an absolute path such as /run/user/1000/docker.sock");
  settings.container_sockets.emplace_back(value);
  return {};
}

Outcome set_program(Settings& settings, const std::string& value) {
  if (value.empty()) return std::unexpected("must be a program's name or path");
  settings.restic_program = value;
  return {};
}

Outcome set_rclone(Settings& settings, const std::string& value) {
  const auto allowed = runtime::parse_bool(value);
  if (!allowed) return std::unexpected("must be true or false");
  settings.allow_rclone = *allowed;
  return {};
}

Outcome set_level(Settings& settings, const std::string& value) {
  if (value == "debug")
    settings.log_level = Level::Debug;
  else if (value == "info")
    settings.log_level = Level::Info;
  else if (value == "warning")
    settings.log_level = Level::Warning;
  else if (value == "error")
    settings.log_level = Level::Error;
  else
    return std::unexpected("must be debug, info, warning or error");
  return {};
}

Outcome set_format(Settings& settings, const std::string& value) {
  if (value != "text" && value != "json") return std::unexpected("must be text or json");
  settings.log_format = value == "json" ? Format::Json : Format::Text;
  return {};
}

Outcome set_report_interval(Settings& settings, const std::string& value) {
  const auto interval = text::parse_duration(value);
  if (!interval || *interval < std::chrono::minutes(1) || *interval > std::chrono::days(1)) {
    return std::unexpected("must be a duration from 1m to 1d, such as 15m");
  }
  settings.report_interval = *interval;
  return {};
}

std::vector<runtime::ConfigKey> make_keys(Settings& settings) {
  return {
      {"state_dir", absolute_path(settings.state_directory)},
      {"hub.ca_file", absolute_path(settings.ca_file)},
      {"restic.program", [&settings](const std::string& value) { return set_program(settings, value); }},
      {"restic.allow_rclone", [&settings](const std::string& value) { return set_rclone(settings, value); }},
      {"restic.cache_dir", absolute_path(settings.restic_cache_directory)},
      {"report.interval", [&settings](const std::string& value) { return set_report_interval(settings, value); }},
      {"containers.sockets", [&settings](const std::string& value) { return add_socket(settings, value); }, true},
      {"log.level", [&settings](const std::string& value) { return set_level(settings, value); }},
      {"log.format", [&settings](const std::string& value) { return set_format(settings, value); }},
  };
}

}  // namespace

std::expected<Settings, std::string> read_settings(const std::optional<std::filesystem::path>& file,
                                                   const runtime::Environment& environment) {
  Settings settings;
  const auto read = runtime::read_config(file, environment, "HOLDFAST_AGENT_", make_keys(settings));
  if (!read) return std::unexpected(read.error());
  return settings;
}

}  // namespace holdfast::agent
