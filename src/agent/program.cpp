#include "agent/program.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>

#include "agent.hpp"
#include "command_line.hpp"
#include "core/jobs/backup.hpp"
#include "enrolment/announce.hpp"
#include "reports/host_facts.hpp"
#include "runtime/async/signals.hpp"
#include "runtime/secrets/crypto.hpp"
#include "settings.hpp"
#include "text/ascii.hpp"
#include "text/terminal.hpp"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
namespace log = runtime::log;

constexpr int kCannotRun = 1;
constexpr int kInterrupted = 130;
constexpr std::chrono::milliseconds kPollInterval{2'000};
constexpr std::string_view kUnencrypted =
    "The hub's address begins with http://: passwords of repositories and the agent token cross the network in the "
    "clear. Use https:// for a hub on another host";

void say(std::string_view sentence) {
  fmt::print("{}\n", text::for_terminal(sentence));
  std::fflush(stdout);
}

int fail(int code, std::string_view sentence) {
  fmt::print(stderr, "holdfast-agent: {}\n", text::for_terminal(sentence));
  return code;
}

// Runs a coroutine to its end, and rethrows what it throws. What else is on the loop by then is not waited for: a
// restic that hangs in the kernel, say.
int run_to_end(runtime::Loop& loop, runtime::Task<int> task) {
  int code = kCannotRun;
  std::exception_ptr failure;
  boost::asio::co_spawn(loop, std::move(task), [&](const std::exception_ptr& error, int result) {
    failure = error;
    code = result;
    loop.stop();
  });
  loop.run();
  if (failure) std::rethrow_exception(failure);
  return code;
}

// The first reason to stop: a signal, an end, a failure.
struct Stop {
  explicit Stop(runtime::Loop& loop) : asked(loop) {}

  void ask(int exit_code) {
    if (!code) code = exit_code;
    asked.notify_all();
  }
  runtime::Task<> wait() {
    while (!code) co_await asked.wait();
  }
  runtime::Task<> ask_on_signal(int exit_code) {
    co_await runtime::wait_for_stop_signal();
    ask(exit_code);
  }

  std::optional<int> code;
  std::exception_ptr failure;
  runtime::Signal asked;
};

runtime::Task<> run_command(Stop& stop, const std::function<runtime::Task<int>()>& command) {
  try {
    const int code = co_await command();
    stop.ask(code);
  } catch (...) {
    stop.failure = std::current_exception();
    stop.ask(kCannotRun);
  }
}

// Runs a command to its end, or until SIGTERM or SIGINT.
runtime::Task<int> interruptible(runtime::Loop& loop, std::function<runtime::Task<int>()> command) {
  Stop stop(loop);
  runtime::TaskGroup tasks(loop);
  tasks.spawn("signals", [&stop] { return stop.ask_on_signal(kInterrupted); });
  tasks.spawn("command", [&stop, &command] { return run_command(stop, command); });
  co_await stop.wait();
  const std::exception_ptr failure = stop.failure;
  co_await tasks.stop();
  if (failure) std::rethrow_exception(failure);
  co_return *stop.code;
}

AgentOptions make_options(const Settings& settings, Identity identity) {
  AgentOptions options;
  const fs::path ca_file = settings.ca_file.empty() ? fs::path(identity.ca_file) : settings.ca_file;
  options.identity = std::move(identity);
  options.run.restic.program = settings.restic_program;
  options.run.rclone = settings.allow_rclone ? Rclone::Allowed : Rclone::Refused;
  options.run.restic.work_directory = settings.state_directory / "work";
  options.run.restic.past_directory = settings.state_directory / "past";
  options.run.restic.cache_directory =
      settings.restic_cache_directory.empty() ? settings.state_directory / "cache" : settings.restic_cache_directory;
  options.reporter.interval = settings.report_interval;
  auto& sockets = options.reporter.probes.containers.sockets;
  sockets.insert(sockets.end(), settings.container_sockets.begin(), settings.container_sockets.end());
  options.connection.state_directory = settings.state_directory;
  options.connection.rclone = options.run.rclone;
  if (!ca_file.empty()) options.connection.http.ca_file = ca_file;
  return options;
}

runtime::Task<int> run_agent(runtime::Loop& loop, Agent& agent, std::string hub_url) {
  Stop stop(loop);
  runtime::TaskGroup signals(loop);
  signals.spawn("signals", [&stop] { return stop.ask_on_signal(0); });
  agent.start();
  log::info("agent.started", "The agent runs", {{"version", agent_version()}});
  if (is_open_to_listeners(hub_url)) log::warning("agent.unencrypted", kUnencrypted, {{"hub", hub_url}});
  co_await stop.wait();
  co_await signals.stop();
  co_await agent.stop();
  log::info("agent.stopped", "The agent stopped");
  co_return *stop.code;
}

int run(runtime::Loop& loop, const Settings& settings) {
  auto identity = load_identity(settings.state_directory);
  if (!identity) {
    return fail(
        kCannotRun,
        fmt::format(
            "this machine is not enrolled ({} holds no identity): run holdfast-agent enroll or holdfast-agent announce",
            settings.state_directory.string()));
  }
  const runtime::SystemClock clock;
  std::string hub_url = identity->hub_url;
  Agent agent(loop, clock, make_options(settings, std::move(*identity)));
  return run_to_end(loop, run_agent(loop, agent, std::move(hub_url)));
}

int run_logged(runtime::Loop& loop, const Settings& settings) {
  try {
    return run(loop, settings);
  } catch (const std::exception& error) {
    log::error("agent.failed", "The agent cannot run", {{"error", error.what()}});
    return kCannotRun;
  }
}

std::expected<std::string, std::string> read_token(const CommandLine& line) {
  std::string token = line.token;
  if (line.token_file == "-") {
    token.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else if (!line.token_file.empty()) {
    std::ifstream file(line.token_file);
    if (!file) return std::unexpected(fmt::format("cannot read the token file {}", line.token_file));
    token.assign(std::istreambuf_iterator<char>(file), {});
  }
  token = text::trim(token);
  if (token.empty())
    return std::unexpected("no token: name its file with --token-file, or pipe it in with --token-file -");
  if (token.size() > 200 || text::has_control_character(token) || token.contains(' ')) {
    return std::unexpected("this is no enrolment token: it is one word");
  }
  return token;
}

std::expected<EnrolRequest, std::string> make_request(const CommandLine& line, const Settings& settings) {
  auto hub_url = check_hub_url(line.hub);
  if (!hub_url) return std::unexpected("--hub: " + hub_url.error());
  if (!line.name.empty()) {
    if (const auto checked = core::check_name("The host's name", line.name); !checked) {
      return std::unexpected("--name: " + checked.error().message);
    }
  }
  const fs::path ca_file = line.ca_file ? fs::absolute(*line.ca_file) : settings.ca_file;
  if (!ca_file.empty() && !fs::is_regular_file(ca_file)) return std::unexpected("there is no file " + ca_file.string());
  return EnrolRequest{*hub_url, line.name, ca_file, settings.state_directory, line.again};
}

int enroll_here(runtime::Loop& loop, const CommandLine& line, const EnrolRequest& request) {
  const auto token = read_token(line);
  if (!token) return fail(kWrongUse, token.error());
  std::function<runtime::Task<int>()> command = [&] { return enroll(loop, request, *token, say); };
  return run_to_end(loop, interruptible(loop, std::move(command)));
}

int announce_here(runtime::Loop& loop, const EnrolRequest& request) {
  std::function<runtime::Task<int>()> command = [&] { return announce(loop, request, say, kPollInterval); };
  const int code = run_to_end(loop, interruptible(loop, std::move(command)));
  if (code == kInterrupted) say("Stopped. Run the same command again to continue waiting.");
  return code;
}

int enrol_this_machine(runtime::Loop& loop, const CommandLine& line, const Settings& settings) {
  const auto request = make_request(line, settings);
  if (!request) return fail(kWrongUse, request.error());
  if (is_open_to_listeners(request->hub_url)) fmt::print(stderr, "holdfast-agent: {}.\n", kUnencrypted);
  return line.command == Command::Enroll ? enroll_here(loop, line, *request) : announce_here(loop, *request);
}

int show_fingerprint_here(const Settings& settings) {
  const auto announcement = load_announcement(settings.state_directory);
  if (!announcement) return fail(kCannotRun, "this machine is not announced: run holdfast-agent announce");
  say(show_fingerprint(announcement->public_key));
  return 0;
}

int run_with_state(const CommandLine& line, const Settings& settings) {
  runtime::make_private_directory(settings.state_directory);
  const auto lock = runtime::FileLock::acquire(settings.state_directory / "agent.lock");
  if (!lock) {
    return fail(kCannotRun,
                fmt::format("another holdfast-agent uses {}; stop it first", settings.state_directory.string()));
  }
  runtime::Loop loop(1);
  return line.command == Command::Run ? run_logged(loop, settings) : enrol_this_machine(loop, line, settings);
}

int run_command_line(const CommandLine& line) {
  if (line.command == Command::Version) {
    say(fmt::format("holdfast-agent {}", agent_version()));
    return 0;
  }
  auto settings = read_settings(line.config, runtime::current_environment());
  if (!settings) return fail(kWrongUse, settings.error());
  if (line.state_directory) settings->state_directory = fs::absolute(*line.state_directory);
  log::configure(settings->log_level, settings->log_format);
  runtime::prepare_process();
  runtime::start_crypto();
  return line.command == Command::Fingerprint ? show_fingerprint_here(*settings) : run_with_state(line, *settings);
}

}  // namespace

int run_program(int argc, const char* const* argv) {
  const auto parsed = parse_command_line(argc, argv);
  if (const int* code = std::get_if<int>(&parsed)) return *code;
  try {
    return run_command_line(std::get<CommandLine>(parsed));
  } catch (const std::exception& error) {
    return fail(kCannotRun, error.what());
  }
}

}  // namespace holdfast::agent
