#include "hub/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/schedule/cron.hpp"
#include "http/server/origin.hpp"
#include "http/server/server.hpp"
#include "runtime/address.hpp"
#include "runtime/secrets/crypto.hpp"
#include "runtime/time_zone.hpp"
#include "text/duration.hpp"
#include "text/number.hpp"

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
            const auto parsed = text::parse_duration(value);
            if (!parsed || parsed->count() <= 0 || *parsed > kLongestLimit)
              return std::unexpected("must be a duration such as 90m, 26h or 14d, up to 3650d");
            target = *parsed;
            return {};
          }};
}

ConfigKey number(std::string name, int& target, int lowest, int highest, std::string unit) {
  return {std::move(name), [&target, lowest, highest, unit = std::move(unit)](const std::string& value) -> Checked {
            const auto parsed = text::parse_number<int>(value);
            if (!parsed || *parsed < lowest || *parsed > highest)
              return std::unexpected(fmt::format("must be a number of {} from {} to {}", unit, lowest, highest));
            target = *parsed;
            return {};
          }};
}

// "127.0.0.1:8080", "[::1]:8080", ":8080" (all addresses).
Checked set_listen(Options& options, const std::string& value) {
  const auto colon = value.rfind(':');
  if (colon == std::string::npos) return std::unexpected("must be an address and a port such as 127.0.0.1:8080");
  std::string address = value.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']'))
    address = address.substr(1, address.size() - 2);
  else if (address.contains(':'))
    return std::unexpected("must have an IPv6 address in brackets, such as [::1]:8080");
  if (address.contains('/')) return std::unexpected("must be an address and a port such as 127.0.0.1:8080, not a URL");
  const auto port = text::parse_number<std::uint16_t>(std::string_view(value).substr(colon + 1));
  if (!port) return std::unexpected("must end in a port from 0 to 65535");
  options.listen_address = address == "*" ? "" : address;
  options.listen_port = *port;
  return {};
}

Checked add_public_url(Options& options, std::string value) {
  if (!http::is_server_address(value))
    return std::unexpected("must be an address such as https://backup.example.org, without a path behind it");
  while (value.ends_with('/')) value.pop_back();
  options.public_urls.push_back(std::move(value));
  return {};
}

Checked add_trusted_proxy(Options& options, std::string value) {
  if (auto checked = http::check_trusted_proxy(value); !checked) return checked;
  options.trusted_proxies.push_back(std::move(value));
  return {};
}

// What no Authorization header can carry would let nobody in.
Checked set_report_api_key(Options& options, const std::string& value) {
  const bool printable = std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; });
  if (!printable || value.starts_with(' ') || value.ends_with(' '))
    return std::unexpected("must consist of letters, digits and signs of ASCII, without a space at either end");
  options.report_api_key = value;
  return {};
}

Checked set_password_hash(Options& options, const std::string& value) {
  if (!runtime::is_password_hash(value))
    return std::unexpected(
        "must be a bcrypt hash ($2a$, $2b$ or $2y$) or an argon2id hash; compose files want each $ "
        "twice, and a shell wants the hash in single quotes");
  options.password_hash = value;
  return {};
}

// "04:30" as cron has it; nothing for what is no time of day.
std::optional<std::string> daily_at(std::string_view value) {
  unsigned hour = 0;
  unsigned minute = 0;
  const char* const end = value.data() + value.size();
  const auto hours = std::from_chars(value.data(), end, hour);
  if (hours.ec != std::errc() || hours.ptr == end || *hours.ptr != ':') return std::nullopt;
  const auto minutes = std::from_chars(hours.ptr + 1, end, minute);
  const bool whole = minutes.ec == std::errc() && minutes.ptr == end && end - hours.ptr == 3;
  if (!whole || hours.ptr - value.data() > 2 || hour > 23 || minute > 59) return std::nullopt;
  return fmt::format("{} {} * * *", minute, hour);
}

Checked set_prune_schedule(Options& options, const std::string& value) {
  const auto text = daily_at(value).value_or(value);
  const auto schedule = core::Cron::parse(text);
  if (!schedule)
    return std::unexpected(fmt::format("must be a time of day such as 04:30, or a schedule such as 30 4 * * *; {}",
                                       schedule.error().message));
  if (!schedule->is_ever_due()) return std::unexpected("is never due; check its day and month");
  options.prune_schedule = text;
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

ConfigKey list(std::string name, Options& options, Checked (*add)(Options&, std::string)) {
  return {std::move(name), [&options, add](const std::string& value) { return add(options, value); }, true};
}

// `down_threshold` is what is set, until all is read.
std::vector<ConfigKey> keys_of(Options& options, std::chrono::seconds& down_threshold) {
  return {
      special("server.listen", options, set_listen),
      path("server.data_dir", options.data_dir),
      list("server.public_url", options, add_public_url),
      list("server.trusted_proxies", options, add_trusted_proxy),
      path("server.tls_certificate", options.tls_certificate),
      path("server.tls_key", options.tls_key),
      special("auth.password_hash", options, set_password_hash),
      flag("auth.disabled", options.auth_disabled),
      flag("auth.disabled_anywhere", options.auth_disabled_anywhere),
      special("api.report_api_key", options, set_report_api_key),
      number("api.daily_mib_per_host", options.daily_mib_per_host, 1, 1'000'000, "MiB"),
      number("api.daily_mib_per_key", options.daily_mib_per_key, 1, 1'000'000, "MiB"),
      number("api.max_hosts_per_customer", options.max_hosts, 1, 100'000, "hosts"),
      text("notifications.resend_api_key", options.resend_api_key),
      text("notifications.from_email", options.from_email),
      number("retention.max_days", options.max_days, 1, 36500, "days"),
      number("retention.job_log_mib", options.job_log_mib, 1, 1024, "MiB"),
      number("retention.job_log_days", options.job_log_days, 1, 36500, "days"),
      number("retention.job_days", options.job_days, 1, 36500, "days"),
      number("retention.audit_days", options.audit_days, 1, 36500, "days"),
      special("retention.prune_schedule", options, set_prune_schedule),
      special("retention.timezone", options, set_timezone),
      limit("alerting.stale_threshold", options.limits.silence_warning),
      limit("alerting.down_threshold", down_threshold),
      limit("alerting.backup_limit", options.limits.backup_age),
      number("alerting.failures_down", options.limits.failures_down, 1, 10, "failures"),
      number("alerting.disk_warning", options.limits.disk_warning, 1, 100, "percent"),
      number("alerting.disk_down", options.limits.disk_down, 1, 100, "percent"),
      limit("alerting.disk_full_within", options.limits.disk_full_within),
      special("log.level", options, set_log_level),
      special("log.format", options, set_log_format),
  };
}

// Whether only this machine can reach what listens there.
bool listens_on_loopback(const Options& options) {
  return options.listen_address == "localhost" || runtime::is_loopback(options.listen_address);
}

// What is wrong with `key`, where it was set.
std::unexpected<std::string> wrong_at(const runtime::ConfigPlaces& places, const std::string& key, std::string what) {
  const auto place = places.find(key);
  return std::unexpected(fmt::format("{}: {}", place == places.end() ? key : place->second, what));
}

// Of two keys that contradict each other the first one that somebody set, with the place of the other.
std::unexpected<std::string> contradiction(const runtime::ConfigPlaces& places, const std::string& low,
                                           const std::string& high, std::string_view remedy) {
  const bool of_low = places.contains(low);
  const auto& other = of_low ? high : low;
  const auto place = places.find(other);
  return wrong_at(places, of_low ? low : high,
                  fmt::format("must not be {} {} ({}); {}", of_low ? "above" : "below", other,
                              place == places.end() ? "which has its default" : "set at " + place->second, remedy));
}

Checked check_sign_in_off(const Options& options, const runtime::ConfigPlaces& places) {
  if (!options.auth_disabled || listens_on_loopback(options)) return {};
  if (!options.auth_disabled_anywhere) {
    return wrong_at(
        places, "auth.disabled",
        fmt::format("anybody who reaches {} would be an administrator; set server.listen to 127.0.0.1:{}, "
                    "or set auth.disabled_anywhere: true if a proxy in front signs people in",
                    options.listen_address.empty() ? "this machine" : options.listen_address, options.listen_port));
  }
  if (options.public_urls.empty())
    return wrong_at(places, "auth.disabled_anywhere",
                    "set server.public_url to the address of the proxy that signs people in; "
                    "without sign-in the hub answers at no other");
  return {};
}

Checked check_together(const Options& options, const runtime::ConfigPlaces& places) {
  if (options.tls_key.empty() && !options.tls_certificate.empty())
    return wrong_at(places, "server.tls_certificate", "belongs together with server.tls_key: set both or neither");
  if (options.tls_certificate.empty() && !options.tls_key.empty())
    return wrong_at(places, "server.tls_key", "belongs together with server.tls_certificate: set both or neither");
  const auto& limits = options.limits;
  if (limits.disk_warning > limits.disk_down)
    return contradiction(places, "alerting.disk_warning", "alerting.disk_down", "raise the one or lower the other");
  if (limits.silence_warning > limits.silence_down)
    return contradiction(places, "alerting.stale_threshold", "alerting.down_threshold",
                         "without alerting.down_threshold hosts are Down after twice alerting.stale_threshold");
  return check_sign_in_off(options, places);
}

}  // namespace

bool is_readable_on_the_way(const Options& options) {
  return options.tls_certificate.empty() && options.trusted_proxies.empty() && !listens_on_loopback(options);
}

std::expected<Options, std::string> read_options(const std::optional<std::filesystem::path>& file,
                                                 const runtime::Environment& environment) {
  Options options;
  // The agent's variables have their own prefix within ours; both programs may run in one environment.
  runtime::Environment own;
  for (const auto& [name, value] : environment) {
    if (!name.starts_with(kAgentPrefix)) own.emplace(name, value);
  }
  std::chrono::seconds down_threshold{};
  const auto places = runtime::read_config(file, own, kPrefix, keys_of(options, down_threshold));
  if (!places) return std::unexpected(places.error());
  options.limits.silence_down = down_threshold.count() > 0 ? down_threshold : 2 * options.limits.silence_warning;
  if (auto checked = check_together(options, *places); !checked) return std::unexpected(checked.error());
  return options;
}

}  // namespace holdfast::hub
