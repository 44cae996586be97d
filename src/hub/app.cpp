#include "hub/app.hpp"

#include "data_dir.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <ostream>

#include "core/reports/report_interval.hpp"
#include "core/time.hpp"
#include "fleet/live/rounds.hpp"
#include "fleet/use_cases.hpp"
#include "http/server/router.hpp"
#include "http/server/server.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/worker.hpp"
#include "runtime/files/files.hpp"
#include "runtime/log/log.hpp"
#include "runtime/secrets/crypto.hpp"
#include "runtime/time_zone.hpp"
#include "store/reports/reports.hpp"
#include "store/sqlite/database.hpp"
#include "text/duration.hpp"
#include "web/web.hpp"

// What cannot work on this machine is refused before anything is made. Pieces are made in the order of their members
// and end in the reverse. Requests end first, then the rounds, and what was only in memory is saved last.
namespace holdfast::hub {
namespace {

using namespace std::chrono_literals;
namespace log = runtime::log;

constexpr auto kDrainTime = 3s;

http::ServerOptions server_options(const Options& options) {
  http::ServerOptions server;
  server.address = options.listen_address;
  server.port = options.listen_port;
  server.trusted_proxies = options.trusted_proxies;
  if (!options.tls_certificate.empty()) server.tls = http::TlsFiles{options.tls_certificate, options.tls_key};
  return server;
}

// Names the key to which the machine's objection belongs.
template <class Try>
void for_key(std::string_view key, Try attempt) {
  try {
    attempt();
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(fmt::format("{}: {}", key, error.what()));
  }
}

// What cannot work is refused before anything is made.
runtime::FileLock lock_data_dir(runtime::Loop& loop, const Options& options) {
  const auto server = server_options(options);
  if (server.tls) for_key("server.tls_certificate and server.tls_key", [&] { http::check_tls(*server.tls); });
  for_key("server.listen", [&] { http::check_address(loop, server); });
  for_key("server.data_dir", [&] { runtime::make_private_directory(options.data_dir); });
  auto lock = runtime::FileLock::acquire(options.data_dir / "hub.lock");
  if (!lock) throw std::runtime_error(fmt::format("another hub is running on {}", options.data_dir.string()));
  refuse_lost_database(options);
  return *std::move(lock);
}

// Holds the set-up link for those who do not see the output; it goes away with the need for it.
std::filesystem::path setup_link_file(const Options& options) {
  return options.data_dir / "setup-link";
}

// The link is worth nothing by then, and the next start tries again: no reason to fail a request.
void remove_setup_link(const std::filesystem::path& file) {
  std::error_code failed;
  std::filesystem::remove(file, failed);
  if (failed) log::warning("setup_link.left", "The used set-up link is still on disk", {{"error", failed.message()}});
}

fleet::AccountsOptions accounts_options(const Options& options) {
  return {options.password_hash, options.auth_disabled, [file = setup_link_file(options)] { remove_setup_link(file); }};
}

fleet::RecordExpiryOptions record_expiry_options(const Options& options) {
  const auto zone = runtime::find_zone(options.timezone);
  if (!zone) throw std::runtime_error(fmt::format("this machine knows no time zone {}", options.timezone));
  fleet::RecordExpiryOptions expiry;
  expiry.raw = std::chrono::days(options.max_days);
  expiry.job_logs = std::chrono::days(options.job_log_days);
  expiry.jobs = std::chrono::days(options.job_days);
  expiry.audit = std::chrono::days(options.audit_days);
  expiry.prune_schedule = core::Cron::parse(options.prune_schedule).value();
  expiry.zone = *zone;
  expiry.zone_name = options.timezone;
  return expiry;
}

fleet::ReportsOptions reports_options(const Options& options) {
  constexpr std::uint64_t kMib = 1024 * 1024;
  fleet::ReportsOptions reports;
  reports.max_hosts = static_cast<std::size_t>(options.max_hosts);
  reports.daily_bytes_of_host = static_cast<std::uint64_t>(options.daily_mib_per_host) * kMib;
  reports.daily_bytes_of_key = static_cast<std::uint64_t>(options.daily_mib_per_key) * kMib;
  return reports;
}

// Empty when this machine does not tell where the hub's program is.
std::filesystem::path agent_beside_hub() {
  std::error_code error;
  const auto hub = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::filesystem::path() : hub.parent_path() / "holdfast-agent";
}

// An eighth for the first lines.
core::LogLimit log_limit(const Options& options) {
  const auto bytes = static_cast<std::size_t>(options.job_log_mib) * 1024 * 1024;
  return {bytes / 8, bytes - bytes / 8};
}

fleet::UseCasesOptions use_case_options(const Options& options) {
  return {.limits = options.limits,
          .accounts = accounts_options(options),
          .log_limit = log_limit(options),
          .report_api_key = options.report_api_key,
          .reports = reports_options(options),
          .record_expiry = record_expiry_options(options)};
}

// How a person on this machine reaches the hub.
std::string local_url(const Options& options, std::uint16_t port) {
  std::string host = options.listen_address;
  if (host.empty() || host == "0.0.0.0" || host == "::") host = "localhost";
  if (host.contains(':')) host = "[" + host + "]";
  return fmt::format("{}://{}:{}", options.tls_certificate.empty() ? "http" : "https", host, port);
}

}  // namespace

// In the order of construction; destroyed in the reverse.
struct App::Pieces {
  Pieces(runtime::Loop& loop, Options wanted, std::string version)
      : options(std::move(wanted)),
        lock(lock_data_dir(loop, options)),
        database(loop, database_file(options)),
        secrets(open_secrets(loop, database, options)),
        hashing("hashing", 2, 64),
        fleet(loop, clock, database, secrets, hashing, use_case_options(options)),
        web(router, loop, clock, fleet,
            {options.public_urls, options.auth_disabled, std::move(version), !options.report_api_key.empty(),
             agent_beside_hub()}),
        server(loop, router, server_options(options)),
        tasks(loop) {}

  Options options;
  runtime::FileLock lock;  // one hub per data folder
  runtime::SystemClock clock;
  store::Database database;
  runtime::SecretBox secrets;
  runtime::WorkerPool hashing;
  fleet::UseCases fleet;
  http::Router router;
  web::Web web;
  http::Server server;
  runtime::TaskGroup tasks;
};

App::App(runtime::Loop& loop, Options options, std::string version)
    : pieces_(std::make_unique<Pieces>(loop, std::move(options), std::move(version))) {}

App::~App() = default;

std::uint16_t App::port() const {
  return pieces_->server.port();
}

namespace {

// Nothing when there is no need for one.
runtime::Task<std::optional<std::string>> make_setup_link(fleet::Accounts& accounts, std::filesystem::path file,
                                                          std::string url) {
  const auto token = co_await accounts.make_setup_token();
  if (!token) {
    remove_setup_link(file);
    co_return std::nullopt;
  }
  std::string link = fmt::format("{}/setup?token={}", url, *token);
  runtime::write_file_atomically(file, link + "\n");
  co_return link;
}

runtime::Task<> end_expired(fleet::Agents& agents) {
  agents.end_expired();
  co_return;
}

}  // namespace

runtime::Task<> App::start(std::ostream& out) {
  auto& pieces = *pieces_;
  co_await pieces.fleet.clock_guard.start();
  co_await pieces.fleet.watch.start();
  co_await pieces.fleet.keys.load();
  co_await pieces.fleet.upkeep.load();
  const std::string url = local_url(pieces.options, pieces.server.port());
  std::string shown = pieces.options.public_urls.empty() ? url : pieces.options.public_urls.front();
  const auto link = co_await make_setup_link(pieces.fleet.accounts, setup_link_file(pieces.options), std::move(shown));
  // In one piece and before the first answer: whoever sees that it listens, or that it is ready, has the link as well.
  out << fmt::format("Holdfast is listening on {}\n{}", url, link ? fmt::format("Set up: {}\n", *link) : "")
      << std::flush;
  pieces.server.start();
  log::info("hub.listening", "Listening", {{"url", url}});
  if (pieces.options.auth_disabled)
    log::warning("auth.disabled", "Sign-in is off: everybody who reaches the hub is an administrator");
  if (pieces.options.limits.silence_warning < core::kReportInterval)
    log::warning(
        "alerting.short",
        "alerting.stale_threshold is shorter than the 15 minutes between the reports of an agent: healthy hosts "
        "are in trouble between two of them. Raise it, or set report.interval of every agent lower",
        {{"stale_threshold", text::format_duration(pieces.options.limits.silence_warning)}});
  if (is_readable_on_the_way(pieces.options))
    log::warning("server.plain",
                 "Without TLS everybody on the way reads passwords: set server.tls_certificate, or listen "
                 "on 127.0.0.1 behind a proxy with TLS and name it in server.trusted_proxies",
                 {{"listen", pieces.options.listen_address}});
  start_rounds(pieces);
}

void App::start_rounds(Pieces& pieces) {
  const auto spawn = [&pieces](std::string name, std::chrono::milliseconds pause,
                               std::function<runtime::Task<>()> round) {
    pieces.tasks.spawn(name, [=] { return fleet::run_rounds(name, pause, round); });
  };
  spawn("schedule_sets", 100ms, [&pieces] { return pieces.fleet.schedule_sets.round(); });
  spawn("watch", 1s, [&pieces] { return pieces.fleet.watch.round(); });
  spawn("summary", 1s, [&pieces] { return pieces.fleet.summary.round(); });
  spawn("clock_guard", 5s, [&pieces] { return pieces.fleet.clock_guard.round(); });
  spawn("roll_up", 5s, [&pieces] { return pieces.fleet.record_expiry.roll_up_if_due(); });
  spawn("prune", 30s, [&pieces] { return pieces.fleet.record_expiry.prune_if_due(); });
  spawn("save_last_seen", 60s, [&pieces] { return pieces.fleet.agents.save_last_seen(); });
  spawn("remove_hosts", 5s, [&pieces] { return pieces.fleet.hosts.finish_removals(); });
  spawn("end_expired", 10s, [&pieces] { return end_expired(pieces.fleet.agents); });
  spawn("save_key_use", 60s, [&pieces] { return pieces.fleet.keys.save_last_used(); });
  spawn("clean_up", 10min, [&pieces] { return pieces.fleet.accounts.clean_up(); });
}

runtime::Task<> App::stop() {
  auto& pieces = *pieces_;
  pieces.fleet.readiness.stopping();
  co_await pieces.server.stop(kDrainTime);
  co_await pieces.tasks.stop();
  co_await pieces.fleet.agents.save_last_seen();
  co_await pieces.fleet.keys.save_last_used();
  co_await pieces.fleet.watch.save_alive();
  log::info("hub.stopped", "Stopped");
}

}  // namespace holdfast::hub
