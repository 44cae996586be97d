#include "unlock.hpp"

#include <fmt/format.h>

#include <system_error>

#include "core/text.hpp"
#include "runtime/subprocess.hpp"

namespace holdfast::restic {
namespace {

constexpr auto kTimeLimit = std::chrono::minutes(2);
constexpr std::string_view kFailed = "The lock that restic may have left in the repository could not be removed";

Unlocked describe(const runtime::CommandOutput& output, const Redactor& redactor) {
  if (output.status.ok()) return {core::LogLevel::Info, "Locks that restic left in the repository were removed."};
  return {core::LogLevel::Warning, redactor.clean(fmt::format("{}: {}", kFailed, core::trim(output.err)))};
}

}  // namespace

runtime::Task<Unlocked> unlock(runtime::Loop& loop, const Installation& installation, const Environment& environment,
                               const Redactor& redactor) {
  const runtime::Command command{
      .arguments = unlock_arguments(installation), .environment = environment, .directory = "/"};
  std::string problem;
  try {
    const auto output = co_await runtime::run_command(loop, command, kTimeLimit);
    co_return describe(output, redactor);
  } catch (const std::system_error& error) {
    problem = error.what();
  }
  co_return Unlocked{core::LogLevel::Warning, redactor.clean(fmt::format("{}: {}", kFailed, problem))};
}

}  // namespace holdfast::restic
