#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <boost/asio/co_spawn.hpp>
#include <chrono>
#include <exception>
#include <filesystem>
#include <functional>
#include <string>
#include <system_error>

#include "protocol/agent/messages.hpp"
#include "runtime/async/task.hpp"
#include "temporary_directory.hpp"

namespace holdfast::agent::test {

using tests::TemporaryDirectory;

// Runs a coroutine to its end; the guard against a hang is far longer than anything takes.
inline void run(runtime::Loop& loop, const std::function<runtime::Task<>()>& task) {
  bool ended = false;
  std::exception_ptr failure;
  boost::asio::co_spawn(loop, task, [&](const std::exception_ptr& error) {
    failure = error;
    ended = true;
    loop.stop();
  });
  loop.restart();
  loop.run_for(std::chrono::minutes(2));
  if (failure) std::rethrow_exception(failure);
  ASSERT_TRUE(ended) << "still waiting after two minutes";
}

// Ids that sort in the order of their numbers.
inline core::JobId job_id(int number) {
  std::string digits = std::to_string(number);
  return core::JobId("01J" + std::string(23 - digits.size(), '0') + digits);
}
inline const core::RepositoryId kRepository("01J00000000000000000000REP");
inline const core::RepositoryId kOtherRepository("01J0000000000000000000REP2");

inline protocol::CommandRun command(int job, const std::filesystem::path& repository,
                                    const std::filesystem::path& source) {
  protocol::CommandRun run;
  run.job = job_id(job);
  run.repository = kRepository;
  run.access.url = repository.string();
  run.access.password = "correct horse battery staple";
  run.operation = protocol::BackupCommand{{{source.string()}, {}, {}}, "", true};
  return run;
}

}  // namespace holdfast::agent::test
