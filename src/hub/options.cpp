#include "hub/options.hpp"

#include <fmt/format.h>

#include <charconv>

#include "core/cron.hpp"
#include "runtime/crypto.hpp"
#include "runtime/time_zone.hpp"

namespace holdfast::hub {
namespace {

using runtime::ConfigKey;
using Checked = std::expected<void, std::string>;

constexpr std::string_view kPrefix = "HOLDFAST_";
constexpr std::string_view kAgentPrefix = "HOLDFAST_AGENT_";
constexpr std::chrono::days kLongestLimit{3650};

ConfigKey text(std::string name, std::string& target) {
  return {std::move(name), [&target](const std::string& value) -> Checked {
            target = value;
            return {};
          }};
}

ConfigKey path(std::string name, std::filesystem::path& target) {
  return {std::move(name), [&target](const std::string& value) -> Checked {
            if (value.empty()) return std::unexpected("must be a path");
            target = value;
            return {};
          }};
}

ConfigKey flag(std::string name, bool& target) {
  return {std::move(name), [&target](const std::string& value) -> Checked {
            const auto parsed = runtime::parse_bool(value);
            if (!parsed) return std::unexpected("must be true or false");
            target = *parsed;
            return {};
          }};
}

ConfigKey limit(std::string name, std::chrono::seconds& target) {
  return {std::move(name), [&target](const std::string& value) -> Checked {
            const auto parsed = runtime::parse_duration(value);
            if (!parsed || parsed->count() <= 0 || *parsed > kLongestLimit)
              return std::unexpected("must be a duration such as 90m, 26h or 14d, up to 3650d");
            target = *parsed;
            return {};
          }};
}

ConfigKey number(std::string name, int& target, int lowest, int highest, std::string unit) {
  return {std::move(name), [&target, lowest, highest, unit = std::move(unit)](const std::string& value) -> Checked {
            const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), target);
            if (error != std::errc() || end != value.data() + value.size() || target < lowest || target > highest)
              return std::unexpected(fmt::format("must be a number of {} from {} to {}", unit, lowest, highest));
            return {};
          }};
}

// "127.0.0.1:8080", "[::1]:8080", ":8080" (all addresses).
Checked set_listen(Options& options, const std::string& value) {
  const auto colon = value.rfind(':');
  if (colon == std::string::npos) return std::unexpected("must be an address and a port such as 127.0.0.1:8080");
  std::string address = value.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  unsigned port = 0;
  const auto [end, error] = std::from_chars(value.data() + colon + 1, value.data() + value.size(), port);
  if (error != std::errc() || end != value.data() + value.size() || port > 65535)
    return std::unexpected("must end in a port from 0 to 65535");
  options.listen_address = address.empty() ? "0.0.0.0" : address;
  options.listen_port = static_cast<std::uint16_t>(port);
  return {};
}

Checked set_password_hash(Options& options, const std::string& value) {
  if (!value.empty() && !runtime::is_password_hash(value))
    return std::unexpected("must be a bcrypt hash ($2a$, $2b$ or $2y$) or an argon2id hash");
  options.password_hash = value;
  return {};
}

Checked set_prune_schedule(Options& options, const std::string& value) {
  const auto schedule = core::Cron::parse(value);
  if (!schedule)
    return std::unexpected(fmt::format("must be a schedule such as 0 3 * * *; {}", schedule.error().message));
  if (!schedule->is_ever_due()) return std::unexpected("is never due; check its day and month");
  options.prune_schedule = value;
  return {};
}

Checked set_timezone(Options& options, const std::string& value) {
  if (!runtime::find_zone(value)) return std::unexpected("must be the name of a time zone such as Europe/Budapest");
  options.timezone = value;
  return {};
}

Checked set_log_level(Options& options, const std::string& value) {
  using runtime::log::Level;
  if (value == "debug")
    options.log_level = Level::Debug;
  else if (value == "info")
    options.log_level = Level::Info;
  else if (value == "warning")
    options.log_level = Level::Warning;
  else if (value == "error")
    options.log_level = Level::Error;
  else
    return std::unexpected("must be debug, info, warning or error");
  return {};
}

Checked set_log_format(Options& options, const std::string& value) {
  if (value != "text" && value != "json") return std::unexpected("must be text or json");
  options.log_format = value == "json" ? runtime::log::Format::Json : runtime::log::Format::Text;
  return {};
}

ConfigKey special(std::string name, Options& options, Checked (*set)(Options&, const std::string&)) {
  return {std::move(name), [&options, set](const std::string& value) { return set(options, value); }};
}

std::vector<ConfigKey> keys_of(Options& options) {
  ConfigKey proxies;
  proxies.name = "server.trusted_proxies";
  proxies.is_list = true;
  proxies.set = [&options](const std::string& value) -> Checked {
    options.trusted_proxies.push_back(value);
    return {};
  };
  return {
      special("server.listen", options, set_listen),
      path("server.data_dir", options.data_dir),
      text("server.public_url", options.public_url),
      std::move(proxies),
      path("server.tls_certificate", options.tls_certificate),
      path("server.tls_key", options.tls_key),
      special("auth.password_hash", options, set_password_hash),
      flag("auth.disabled", options.auth_disabled),
      flag("auth.disabled_anywhere", options.auth_disabled_anywhere),
      text("api.report_api_key", options.report_api_key),
      text("notifications.resend_api_key", options.resend_api_key),
      text("notifications.from_email", options.from_email),
      number("retention.max_days", options.max_days, 1, 36500, "days"),
      special("retention.prune_schedule", options, set_prune_schedule),
      special("retention.timezone", options, set_timezone),
      limit("alerting.stale_threshold", options.limits.silence_down),
      limit("alerting.stale_warning", options.limits.silence_warning),
      limit("alerting.backup_limit", options.limits.backup_age),
      number("alerting.failures_down", options.limits.failures_down, 1, 10, "failures"),
      number("alerting.disk_warning", options.limits.disk_warning, 1, 100, "percent"),
      number("alerting.disk_down", options.limits.disk_down, 1, 100, "percent"),
      limit("alerting.disk_full_within", options.limits.disk_full_within),
      special("log.level", options, set_log_level),
      special("log.format", options, set_log_format),
  };
}

Checked check_together(const Options& options) {
  if (options.tls_certificate.empty() != options.tls_key.empty()) {
    return std::unexpected("server.tls_certificate and server.tls_key belong together: set both or neither");
  }
  if (options.auth_disabled && !options.auth_disabled_anywhere && !is_loopback(options.listen_address)) {
    return std::unexpected(
        fmt::format("auth.disabled: anybody who reaches {} would be an administrator; listen on 127.0.0.1, or set "
                    "auth.disabled_anywhere: true if a proxy in front signs people in",
                    options.listen_address));
  }
  if (options.limits.disk_warning > options.limits.disk_down)
    return std::unexpected("alerting.disk_warning must not be above alerting.disk_down");
  if (!options.public_url.empty() && !options.public_url.starts_with("http://") &&
      !options.public_url.starts_with("https://")) {
    return std::unexpected("server.public_url must begin with http:// or https://");
  }
  return {};
}

}  // namespace

bool is_loopback(std::string_view address) {
  return address == "::1" || address == "localhost" || address.starts_with("127.");
}

std::expected<Options, std::string> read_options(const std::optional<std::filesystem::path>& file,
                                                 const runtime::Environment& environment) {
  Options options;
  // The agent's variables have their own prefix within ours; both programs may run in one environment.
  runtime::Environment own;
  for (const auto& [name, value] : environment) {
    if (!name.starts_with(kAgentPrefix)) own.emplace(name, value);
  }
  if (auto read = runtime::read_config(file, own, kPrefix, keys_of(options)); !read)
    return std::unexpected(read.error());
  if (auto checked = check_together(options); !checked) return std::unexpected(checked.error());
  while (options.public_url.ends_with('/')) options.public_url.pop_back();
  return options;
}

}  // namespace holdfast::hub
