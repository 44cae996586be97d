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

#include "protocol/messages.hpp"
#include "runtime/task.hpp"

namespace holdfast::agent::test {

// A folder of its own, gone at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory() : path_((std::filesystem::temp_directory_path() / "agent_test.XXXXXX").string()) {
    if (!::mkdtemp(path_.data())) throw std::filesystem::filesystem_error("mkdtemp", {});
  }
  ~TemporaryDirectory() {
    std::error_code left;  // what a test made unremovable
    std::filesystem::remove_all(path_, left);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  std::filesystem::path operator/(std::string_view name) const { return std::filesystem::path(path_) / name; }

 private:
  std::string path_;
};

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
  run.sources.paths = {source.string()};
  run.initialise = true;
  return run;
}

}  // namespace holdfast::agent::test
