#include "fleetsim/fleetsim.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>

#include "agent.hpp"
#include "http/client/client.hpp"
#include "runtime/async/signals.hpp"
#include "runtime/log/log.hpp"
#include "runtime/secrets/crypto.hpp"

namespace holdfast::fleetsim {
namespace {

using namespace std::chrono_literals;

constexpr auto kHeartbeat = 30s;
constexpr auto kRetry = 2s;

class Fleet {
 public:
  Fleet(runtime::Loop& loop, const Options& options) : loop_(loop), options_(options), tasks_(loop) {}

  Task<> run() {
    for (std::size_t i = 0; i < options_.bearers.size(); ++i) {
      tasks_.spawn("agent", [this, i] { return keep_connected(i); });
    }
    co_await runtime::wait_for_stop_signal();
    co_await tasks_.stop();
  }

 private:
  // Each lane dials again when its connection ends.
  Task<> keep_connected(std::size_t index) {
    co_await runtime::sleep_for(1ms * (index * 10 / options_.connecting_at_once));
    while (true) {
      co_await connect_once(index);
      co_await runtime::sleep_for(kRetry);
    }
  }

  Task<> connect_once(std::size_t index) {
    http::Headers headers;
    headers.set("Authorization", "Bearer " + options_.bearers[index]);
    std::string url = options_.hub_url + "/ws/agent";
    http::WebSocketLimits limits;
    auto socket = co_await http::connect_websocket(loop_, std::move(url), std::move(headers), limits);
    if (!socket) {
      runtime::log::warning("fleetsim.connect_failed", "Cannot connect", {{"error", socket.error().message}});
      co_return;
    }
    if (++connected_ == options_.bearers.size()) std::cout << "connected " << connected_ << std::endl;
    co_await serve(**socket, index);
    --connected_;
  }

  Task<> serve(http::WebSocket& socket, std::size_t index) {
    SimulatedAgent agent(socket, clock_, fmt::format("sim-{}", index + 1), options_.log_lines);
    runtime::TaskGroup beats(loop_);
    agent.say_hello();
    beats.spawn("heartbeat", [&agent] { return beat_regularly(agent); });
    while (true) {
      const auto text = co_await socket.receive();
      if (!text) break;
      const auto message = protocol::decode_hub_message(*text);
      if (message) agent.receive(message->message);
    }
    co_await beats.stop();
  }

  static Task<> beat_regularly(SimulatedAgent& agent) {
    while (true) {
      co_await runtime::sleep_for(kHeartbeat);
      agent.beat();
    }
  }

  runtime::Loop& loop_;
  const Options& options_;
  runtime::SystemClock clock_;
  std::size_t connected_ = 0;
  runtime::TaskGroup tasks_;
};

std::vector<std::string> read_lines(const std::filesystem::path& file, std::size_t most) {
  std::ifstream in(file);
  std::vector<std::string> lines;
  for (std::string line; lines.size() < most && std::getline(in, line);) {
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

}  // namespace

int simulate(const Options& options) {
  runtime::Loop loop(1);
  Fleet fleet(loop, options);
  runtime::run_to_end(loop, fleet.run());
  return 0;
}

int run(int argc, const char* const* argv) {
  CLI::App cli("A fleet of simulated agents, for load tests", "holdfast-fleetsim");
  Options options;
  std::string bearers;
  std::size_t agents = 1'000'000;
  cli.add_option("--hub", options.hub_url, "Address of the hub")->required();
  cli.add_option("--bearers", bearers, "File with one agent token per line, as `holdfast-hub seed-fleet` prints them")
      ->required()
      ->check(CLI::ExistingFile);
  cli.add_option("--agents", agents, "Use only this many of them");
  cli.add_option("--log-lines", options.log_lines, "Log lines of each job");
  CLI11_PARSE(cli, argc, argv);
  options.bearers = read_lines(bearers, agents);
  try {
    runtime::prepare_process();
    runtime::start_crypto();
    return simulate(options);
  } catch (const std::exception& error) {
    runtime::log::error("fleetsim.failed", "The simulation cannot run", {{"error", error.what()}});
    return 1;
  }
}

}  // namespace holdfast::fleetsim
