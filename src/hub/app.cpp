#include "hub/app.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <ostream>

#include "fleet/accounts.hpp"
#include "fleet/agent_session.hpp"
#include "fleet/agents.hpp"
#include "fleet/customers.hpp"
#include "fleet/enrolment.hpp"
#include "fleet/health.hpp"
#include "fleet/hosts.hpp"
#include "fleet/jobs.hpp"
#include "fleet/key_ring.hpp"
#include "fleet/live.hpp"
#include "fleet/reports.hpp"
#include "fleet/repositories.hpp"
#include "fleet/retention.hpp"
#include "fleet/rounds.hpp"
#include "fleet/summary.hpp"
#include "fleet/watch.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "runtime/clock.hpp"
#include "runtime/crypto.hpp"
#include "runtime/files.hpp"
#include "runtime/log.hpp"
#include "runtime/time_zone.hpp"
#include "runtime/worker.hpp"
#include "store/database.hpp"
#include "web/web.hpp"

namespace holdfast::hub {
namespace {

using namespace std::chrono_literals;
namespace log = runtime::log;

constexpr auto kDrainTime = 3s;

runtime::FileLock lock_data_dir(const std::filesystem::path& data_dir) {
  runtime::make_private_directory(data_dir);
  auto lock = runtime::FileLock::acquire(data_dir / "hub.lock");
  if (!lock) throw std::runtime_error(fmt::format("another hub is running on {}", data_dir.string()));
  return *std::move(lock);
}

http::ServerOptions server_options(const Options& options) {
  http::ServerOptions server;
  server.address = options.listen_address;
  server.port = options.listen_port;
  server.trusted_proxies = options.trusted_proxies;
  if (!options.tls_certificate.empty()) server.tls = http::TlsFiles{options.tls_certificate, options.tls_key};
  return server;
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

fleet::RetentionOptions retention_options(const Options& options) {
  const auto zone = runtime::find_zone(options.timezone);
  if (!zone) throw std::runtime_error(fmt::format("this machine knows no time zone {}", options.timezone));
  fleet::RetentionOptions retention;
  retention.raw = std::chrono::days(options.max_days);
  retention.prune_schedule = core::Cron::parse(options.prune_schedule).value();
  retention.zone = *zone;
  return retention;
}

// How a person on this machine reaches the hub.
std::string local_url(const Options& options, std::uint16_t port) {
  std::string host = options.listen_address;
  if (host == "0.0.0.0" || host == "::") host = "localhost";
  if (host.contains(':')) host = "[" + host + "]";
  return fmt::format("{}://{}:{}", options.tls_certificate.empty() ? "http" : "https", host, port);
}

}  // namespace

// In the order of construction; destroyed in the reverse.
struct App::Pieces {
  Pieces(runtime::Loop& loop, Options wanted, std::string version)
      : options(std::move(wanted)),
        lock(lock_data_dir(options.data_dir)),
        secrets(runtime::SecretBox::open_key_file(options.data_dir / "secret.key")),
        hashing("hashing", 2, 64),
        database(loop, options.data_dir / "holdfast.db"),
        live(loop),
        watch(database, clock, live, options.limits),
        keys(database),
        accounts(database, clock, hashing, accounts_options(options)),
        enrolment(database, clock, live, watch),
        agents(database, clock, live, watch),
        jobs(database, clock, secrets, agents, live, watch),
        hosts(database, clock, agents, live, watch),
        customers(database, clock, live, watch, keys),
        reports(database, clock, live, watch, keys, {options.report_api_key}),
        retention(database, clock, reports, retention_options(options)),
        summary(database, clock, live, watch),
        repositories(database, clock, secrets, live, watch),
        health(database, clock),
        web(router, {loop,
                     clock,
                     accounts,
                     enrolment,
                     agents,
                     jobs,
                     hosts,
                     customers,
                     reports,
                     summary,
                     watch,
                     retention,
                     repositories,
                     live,
                     health,
                     {database, clock, agents, enrolment, jobs, reports, watch},
                     {options.public_url, options.auth_disabled, std::move(version), !options.report_api_key.empty()}}),
        server(loop, router, server_options(options)),
        tasks(loop) {}

  Options options;
  runtime::FileLock lock;  // one hub per data folder
  runtime::SystemClock clock;
  runtime::SecretBox secrets;
  runtime::WorkerPool hashing;
  store::Database database;
  fleet::Live live;
  fleet::Watch watch;
  fleet::KeyRing keys;
  fleet::Accounts accounts;
  fleet::Enrolment enrolment;
  fleet::Agents agents;
  fleet::Jobs jobs;
  fleet::Hosts hosts;
  fleet::Customers customers;
  fleet::Reports reports;
  fleet::Retention retention;
  fleet::Summary summary;
  fleet::Repositories repositories;
  fleet::Health health;
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

}  // namespace

runtime::Task<> App::start(std::ostream& out) {
  auto& pieces = *pieces_;
  co_await pieces.watch.start();
  co_await pieces.reports.load();
  const std::string url = local_url(pieces.options, pieces.server.port());
  std::string shown = pieces.options.public_url.empty() ? url : pieces.options.public_url;
  const auto link = co_await make_setup_link(pieces.accounts, setup_link_file(pieces.options), std::move(shown));
  // In one piece and before the first answer: whoever sees that it listens, or that it is ready, has the link as well.
  out << fmt::format("Holdfast is listening on {}\n{}", url, link ? fmt::format("Set up: {}\n", *link) : "")
      << std::flush;
  pieces.server.start();
  log::info("hub.listening", "Listening", {{"url", url}});
  if (pieces.options.auth_disabled)
    log::warning("auth.disabled", "Sign-in is off: everybody who reaches the hub is an administrator");
  start_rounds(pieces);
}

void App::start_rounds(Pieces& pieces) {
  const auto spawn = [&pieces](std::string name, std::chrono::seconds pause, std::function<runtime::Task<>()> round) {
    pieces.tasks.spawn(name, [=] { return fleet::run_rounds(name, pause, round); });
  };
  spawn("watch", 1s, [&pieces] { return pieces.watch.round(); });
  spawn("roll_up", 30s, [&pieces] { return pieces.retention.roll_up_if_due(); });
  spawn("prune", 30s, [&pieces] { return pieces.retention.prune_if_due(); });
  spawn("save_last_seen", 60s, [&pieces] { return pieces.agents.save_last_seen(); });
  spawn("save_key_use", 60s, [&pieces] { return pieces.keys.save_last_used(); });
  spawn("clean_up", 10min, [&pieces] { return pieces.accounts.clean_up(); });
}

runtime::Task<> App::stop() {
  auto& pieces = *pieces_;
  pieces.health.stopping();
  co_await pieces.server.stop(kDrainTime);
  co_await pieces.tasks.stop();
  co_await pieces.agents.save_last_seen();
  co_await pieces.keys.save_last_used();
  co_await pieces.watch.save_alive();
  log::info("hub.stopped", "Stopped");
}

}  // namespace holdfast::hub
