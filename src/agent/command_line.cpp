#include "command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "reports/host_facts.hpp"

namespace holdfast::agent {
namespace {

// With each command, so that the help of each shows them.
void add_places(CLI::App& command, CommandLine& line) {
  command.add_option("--config", line.config, "Configuration file (YAML)");
  command.add_option("--state-dir", line.state_directory, "Where the agent keeps its identity and its ledger");
}

void add_enrolment(CLI::App& command, CommandLine& line) {
  command.add_option("--hub", line.hub, "Address of the hub: https://hub.example")->required();
  command.add_option("--name", line.name, "Display name of the host (default: its hostname)");
  command.add_option("--ca-file", line.ca_file, "Certificates (PEM) to check the hub's with, instead of the system's");
}

void add_commands(CLI::App& app, CommandLine& line) {
  const auto sets = [&line](Command command) { return [&line, command] { line.command = command; }; };
  add_places(app, line);
  app.require_subcommand(0, 1);
  app.add_subcommand("run", "Run the agent (what it does without a command)")->callback(sets(Command::Run));
  auto* enroll =
      app.add_subcommand("enroll", "Enrol this machine with a one-use token")->callback(sets(Command::Enroll));
  add_enrolment(*enroll, line);
  enroll->add_option("--token-file", line.token_file, "File with the token; '-' reads it from standard input");
  enroll->add_option("--token", line.token, "The token itself; others on this machine can see it")
      ->excludes("--token-file");
  auto* announce =
      app.add_subcommand("announce", "Ask the hub to accept this machine, and wait")->callback(sets(Command::Announce));
  add_enrolment(*announce, line);
  announce->add_flag("--again", line.again, "Even if this machine is enrolled: as a new host");
  app.add_subcommand("fingerprint", "Show the fingerprint of an announced host again")
      ->callback(sets(Command::Fingerprint));
  app.add_subcommand("version", "Show the version")->callback(sets(Command::Version));
  for (CLI::App* command : app.get_subcommands({})) add_places(*command, line);
  app.set_version_flag("--version", fmt::format("holdfast-agent {}", agent_version()));
}

}  // namespace

std::variant<CommandLine, int> parse_command_line(int argc, const char* const* argv) {
  CommandLine line;
  CLI::App app("Holdfast agent: runs this machine's backups for a hub", "holdfast-agent");
  add_commands(app, line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kWrongUse;
  }
  return line;
}

}  // namespace holdfast::agent
