#include <system_error>

#include "command.hpp"
#include "runtime/config.hpp"
#include "runtime/subprocess.hpp"
#include "version.hpp"

namespace holdfast::restic {
namespace {

constexpr auto kTimeLimit = std::chrono::seconds(30);

}  // namespace

runtime::Task<std::optional<Version>> find_version(runtime::Loop& loop, const Installation& installation) {
  const runtime::Command command{.arguments = version_arguments(installation),
                                 .environment = base_environment(runtime::current_environment()),
                                 .directory = "/"};
  try {
    const auto output = co_await runtime::run_command(loop, command, kTimeLimit);
    if (output.status.ok()) co_return parse_version(output.out);
  } catch (const std::system_error&) {
    // Not there, or not executable: the same to the caller as a program that is no restic.
  }
  co_return std::nullopt;
}

}  // namespace holdfast::restic
