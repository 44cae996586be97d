#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/status/status.hpp"
#include "runtime/config/config.hpp"
#include "runtime/log/log.hpp"

// hub.yaml and the environment. `docs/reference/hub.md` is written from here.
namespace holdfast::hub {

struct Options {
  // server
  std::string listen_address = "127.0.0.1";  // empty: all
  std::uint16_t listen_port = 8080;
  std::filesystem::path data_dir = "/var/lib/holdfast";
  // "https://hub.example", without a slash at the end. The first is for links; none: as the browser says.
  std::vector<std::string> public_urls;
  std::vector<std::string> trusted_proxies;
  std::filesystem::path tls_certificate;
  std::filesystem::path tls_key;
  // auth
  std::string password_hash;
  bool auth_disabled = false;
  bool auth_disabled_anywhere = false;
  // api, retention
  std::string report_api_key;
  int daily_mib_per_host = 128;  // of reports
  int daily_mib_per_key = 4096;  // of those by one key of a customer
  int max_hosts = 1000;          // that reports and pings make of one customer
  int max_days = 90;
  int job_log_mib = 16;  // of one job
  int job_log_days = 90;
  int job_days = 731;
  int audit_days = 731;
  std::string prune_schedule = "30 4 * * *";  // that core::Cron parses
  std::string timezone = "Europe/Budapest";   // that runtime::find_zone finds, when it was set
  // alerting
  core::StatusLimits limits;
  // notifications: read and checked; what they steer is built on top of them
  std::string resend_api_key;
  std::string from_email;
  // command line
  bool new_data = false;  // a database or a key that is missing is meant to be
  // log
  runtime::log::Level log_level = runtime::log::Level::Info;
  runtime::log::Format log_format = runtime::log::Format::Text;
};

// Reads and checks everything; the error is a sentence that names file, line and key.
std::expected<Options, std::string> read_options(const std::optional<std::filesystem::path>& file,
                                                 const runtime::Environment& environment);

// Whether sign-in would travel in the clear: no TLS here, no proxy that may say that it has TLS, and more than this
// machine can reach the hub.
bool is_readable_on_the_way(const Options& options);

}  // namespace holdfast::hub
