#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/status.hpp"
#include "runtime/config.hpp"
#include "runtime/log.hpp"

// hub.yaml and the environment. `docs/reference/hub.md` is written from here.
namespace holdfast::hub {

struct Options {
  // server
  std::string listen_address = "127.0.0.1";
  std::uint16_t listen_port = 8080;
  std::filesystem::path data_dir = "/var/lib/holdfast";
  std::string public_url;  // "https://hub.example", for links and for the check of Origin; empty: as the browser says
  std::vector<std::string> trusted_proxies;
  std::filesystem::path tls_certificate;
  std::filesystem::path tls_key;
  // auth
  std::string password_hash;
  bool auth_disabled = false;
  bool auth_disabled_anywhere = false;
  // api, retention
  std::string report_api_key;
  int max_days = 90;
  std::string prune_schedule = "0 3 * * *";  // that core::Cron parses
  std::string timezone = "Europe/Budapest";  // that runtime::find_zone finds, when it was set
  // alerting
  core::StatusLimits limits;
  // notifications: read and checked; what they steer is built on top of them
  std::string resend_api_key;
  std::string from_email;
  // log
  runtime::log::Level log_level = runtime::log::Level::Info;
  runtime::log::Format log_format = runtime::log::Format::Text;
};

// Reads and checks everything; the error is a sentence that names file, line and key.
std::expected<Options, std::string> read_options(const std::optional<std::filesystem::path>& file,
                                                 const runtime::Environment& environment);

// Whether only this machine can reach the address.
bool is_loopback(std::string_view address);

}  // namespace holdfast::hub
