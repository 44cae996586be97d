#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "hub/app.hpp"
#include "runtime/async/signals.hpp"
#include "runtime/log/log.hpp"
#include "runtime/secrets/crypto.hpp"
#include "version.hpp"

namespace holdfast::hub {
namespace {

namespace log = runtime::log;
namespace asio = runtime::asio;

constexpr int kUsageError = 2;

runtime::Task<> run_until_stopped(App& app) {
  co_await app.start(std::cout);
  const int signal = co_await runtime::wait_for_stop_signal();
  log::info("hub.stopping", "Stopping", {{"signal", signal}});
  co_await app.stop();
}

}  // namespace

int serve(const Options& options) {
  runtime::Loop loop(1);
  App app(loop, options, std::string(kVersion));
  runtime::run_to_end(loop, run_until_stopped(app));
  return 0;
}

int run(int argc, const char* const* argv) {
  CLI::App cli("The hub of Holdfast: shows for every host whether it is protected", "holdfast-hub");
  const std::string version = fmt::format("holdfast-hub {}", kVersion);
  cli.set_version_flag("--version", version);
  std::string config;
  std::string source;
  std::string repository;
  cli.add_option("--config", config, "Configuration file (hub.yaml)")->check(CLI::ExistingFile);
  auto* serving = cli.add_subcommand("serve", "Run the hub (the default)")->fallthrough();
  bool new_data = false;
  for (CLI::App* command : {&cli, serving})
    command->add_flag("--new", new_data,
                      "Start although the database or its key is missing: with a new one, and without what was in it");
  auto* seeding =
      cli.add_subcommand("seed-demo", "Make a demo host in the database of a hub that is not running")->fallthrough();
  seeding->add_option("--source", source, "Folder to back up")->required();
  seeding->add_option("--repository", repository, "Folder of the restic repository")->required();
  std::size_t count = 0;
  auto* fleet_seeding =
      cli.add_subcommand("seed-fleet", "Make hosts for holdfast-fleetsim in the database of a hub that is not running")
          ->fallthrough();
  fleet_seeding->add_option("--count", count, "Number of hosts")->required()->check(CLI::Range(1, 100'000));
  const auto* show_version = cli.add_subcommand("version", "Show the version");
  for (CLI::App* command : cli.get_subcommands({}))
    command->add_option("--config", config, "Configuration file (hub.yaml)");
  cli.require_subcommand(0, 1);
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return cli.exit(error) == 0 ? 0 : kUsageError;
  }
  if (show_version->parsed()) {
    fmt::print("{}\n", version);
    return 0;
  }

  try {
    auto options = read_options(config.empty() ? std::nullopt : std::optional<std::filesystem::path>(config),
                                runtime::current_environment());
    if (!options) {
      fmt::print(stderr, "{}\n", options.error());
      return kUsageError;
    }
    options->new_data = new_data;
    runtime::prepare_process();
    runtime::start_crypto();
    log::configure(options->log_level, options->log_format);
    if (fleet_seeding->parsed()) return seed_fleet(*options, count);
    return seeding->parsed() ? seed_demo(*options, source, repository) : serve(*options);
  } catch (const std::exception& error) {
    log::error("hub.failed", "The hub cannot run", {{"error", error.what()}});
    return 1;
  }
}

}  // namespace holdfast::hub
