#include "hub/app.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <ostream>

#include "fleet/accounts.hpp"
#include "fleet/agent_session.hpp"
#include "fleet/agents.hpp"
#include "fleet/enrolment.hpp"
#include "fleet/health.hpp"
#include "fleet/hosts.hpp"
#include "fleet/jobs.hpp"
#include "fleet/live.hpp"
#include "fleet/repositories.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "runtime/clock.hpp"
#include "runtime/crypto.hpp"
#include "runtime/files.hpp"
#include "runtime/log.hpp"
#include "runtime/worker.hpp"
#include "store/database.hpp"
#include "web/web.hpp"

namespace holdfast::hub {
namespace {

using namespace std::chrono_literals;
namespace log = runtime::log;

constexpr auto kDrainTime = 3s;
constexpr auto kSaveSeenEvery = 60s;
constexpr auto kCleanUpEvery = 10min;

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
        accounts(database, clock, hashing, accounts_options(options)),
        enrolment(database, clock, live),
        agents(database, clock, live),
        jobs(database, clock, secrets, agents, live),
        hosts(database, clock, agents, live),
        repositories(database, clock, secrets, live),
        health(database, clock),
        web(router, {loop,
                     clock,
                     accounts,
                     enrolment,
                     agents,
                     jobs,
                     hosts,
                     repositories,
                     live,
                     health,
                     {database, clock, agents, enrolment, jobs},
                     {options.public_url, options.auth_disabled, std::move(version)}}),
        server(loop, router, server_options(options)),
        tasks(loop) {}

  Options options;
  runtime::FileLock lock;  // one hub per data folder
  runtime::SystemClock clock;
  runtime::SecretBox secrets;
  runtime::WorkerPool hashing;
  store::Database database;
  fleet::Live live;
  fleet::Accounts accounts;
  fleet::Enrolment enrolment;
  fleet::Agents agents;
  fleet::Jobs jobs;
  fleet::Hosts hosts;
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

runtime::Task<> save_seen_regularly(fleet::Agents& agents) {
  while (true) {
    co_await runtime::sleep_for(kSaveSeenEvery);
    co_await agents.save_last_seen();
  }
}

runtime::Task<> clean_up_regularly(fleet::Accounts& accounts) {
  while (true) {
    co_await accounts.clean_up();
    co_await runtime::sleep_for(kCleanUpEvery);
  }
}

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
  pieces.tasks.spawn("save_last_seen", [&pieces] { return save_seen_regularly(pieces.agents); });
  pieces.tasks.spawn("clean_up", [&pieces] { return clean_up_regularly(pieces.accounts); });
}

runtime::Task<> App::stop() {
  auto& pieces = *pieces_;
  pieces.health.stopping();
  co_await pieces.server.stop(kDrainTime);
  co_await pieces.tasks.stop();
  co_await pieces.agents.save_last_seen();
  log::info("hub.stopped", "Stopped");
}

}  // namespace holdfast::hub
