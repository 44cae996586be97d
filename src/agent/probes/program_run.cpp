#include "probes/program_run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <system_error>

namespace holdfast::agent {
namespace {

using Output = std::optional<runtime::CommandOutput>;

constexpr std::chrono::milliseconds kGrace{3'000};  // for ending one that was killed

runtime::Command make_command(std::vector<std::string> arguments) {
  return {
      .arguments = std::move(arguments),
      .environment = {{"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}, {"LC_ALL", "C.UTF-8"}},
      .directory = "/"};
}

}  // namespace

Output run_system_program_here(std::vector<std::string> arguments, std::chrono::milliseconds time_limit) {
  runtime::Loop loop(1);
  Output output;
  const runtime::Command command = make_command(std::move(arguments));
  boost::asio::co_spawn(loop, runtime::run_command(loop, command, time_limit),
                        [&](const std::exception_ptr& failure, runtime::CommandOutput result) {
                          if (!failure) output = std::move(result);
                        });
  loop.run();
  return output;
}

runtime::Task<Output> run_system_program(runtime::Errands& errands, std::vector<std::string> arguments,
                                         std::chrono::milliseconds time_limit) {
  std::string name = fmt::format("{}", fmt::join(arguments, " "));
  std::function<Output()> run = [arguments = std::move(arguments), time_limit] {
    return run_system_program_here(arguments, time_limit);
  };
  auto output = co_await errands.run(std::move(name), std::move(run), time_limit + kGrace);
  co_return output ? std::move(*output) : std::nullopt;
}

}  // namespace holdfast::agent
