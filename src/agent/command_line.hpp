#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>

namespace holdfast::agent {

enum class Command { Run, Enroll, Announce, Fingerprint, Version };

// What the command line says, before configuration and environment fill the rest.
struct CommandLine {
  Command command = Command::Run;
  std::optional<std::filesystem::path> config;
  std::optional<std::filesystem::path> state_directory;
  std::optional<std::filesystem::path> ca_file;
  std::string hub;
  std::string name;
  std::string token;
  std::string token_file;
  bool again = false;
};

// The exit code of a program that was called in a wrong way.
inline constexpr int kWrongUse = 2;

// The command line, or the exit code of a program that has said all it has to: help, or what is wrong.
std::variant<CommandLine, int> parse_command_line(int argc, const char* const* argv);

}  // namespace holdfast::agent
