#include <algorithm>
#include <cerrno>
#include <system_error>

#include "process/command.hpp"
#include "process/version.hpp"
#include "runtime/config/config.hpp"
#include "runtime/process/subprocess.hpp"

namespace holdfast::restic {
namespace {

constexpr auto kTimeLimit = std::chrono::seconds(30);

// Not there, or not executable: the same to the caller as a program that is no restic.
bool is_of_the_program(const std::error_code& code) {
  constexpr int kErrors[] = {ENOENT, ENOTDIR, EISDIR, EACCES, EPERM, ENOEXEC, ELOOP, ENAMETOOLONG, ELIBBAD, EINVAL};
  return std::ranges::find(kErrors, code.value()) != std::end(kErrors);
}

}  // namespace

runtime::Task<std::optional<Version>> ask_version(runtime::Loop& loop, const Installation& installation) {
  const runtime::Command command{.arguments = version_arguments(installation),
                                 .environment = base_environment(runtime::current_environment()),
                                 .directory = "/"};
  try {
    const auto output = co_await runtime::run_command(loop, command, kTimeLimit);
    if (output.status.ok()) co_return parse_version(output.out);
  } catch (const std::system_error& error) {
    if (!is_of_the_program(error.code())) throw;
  }
  co_return std::nullopt;
}

runtime::Task<std::optional<Version>> find_version(runtime::Loop& loop, const Installation& installation) {
  try {
    co_return co_await ask_version(loop, installation);
  } catch (const std::system_error&) {
    // For who only wants to show it: not known at this moment.
  }
  co_return std::nullopt;
}

}  // namespace holdfast::restic
