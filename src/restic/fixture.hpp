#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include "restic/backup/backup.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/config/config.hpp"
#include "runtime/process/subprocess.hpp"
#include "temporary_directory.hpp"

// For tests: real restic on folders of its own.
namespace holdfast::restic {

// The programs to test with: HOLDFAST_TEST_RESTICS, separated by colons, or the one of the system.
inline std::vector<std::string> test_restics() {
  const char* list = ::getenv("HOLDFAST_TEST_RESTICS");
  std::istringstream parts(list && *list ? list : "/usr/bin/restic");
  std::vector<std::string> programs;
  for (std::string program; std::getline(parts, program, ':');) programs.push_back(program);
  return programs;
}

using tests::TemporaryDirectory;

// Keeps all that it is told, and lets a test act at that moment.
class RecordingListener final : public Listener {
 public:
  runtime::Task<> log(core::LogLevel level, std::string text) override {
    lines.push_back({level, text});
    if (on_log) on_log(lines.back().second);
    co_return;
  }
  runtime::Task<> progress(core::JobProgress one) override {
    progresses.push_back(one);
    if (on_progress) on_progress(progresses.back());
    co_return;
  }
  void process(pid_t pid) noexcept override {
    pids.push_back(pid);
    if (on_process) on_process(pid);
  }

  std::string text() const {
    std::string all;
    for (const auto& [level, line] : lines) all += line + "\n";
    return all;
  }
  pid_t running() const { return pids.empty() ? 0 : pids.back(); }

  std::vector<std::pair<core::LogLevel, std::string>> lines;
  std::vector<core::JobProgress> progresses;
  std::vector<pid_t> pids;
  std::function<void(const std::string&)> on_log;
  std::function<void(const core::JobProgress&)> on_progress;
  std::function<void(pid_t)> on_process;
};

inline void write(const std::filesystem::path& path, std::string_view content) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

// A script in the place of restic, for what no real one can be made to do.
inline std::string write_program(const std::filesystem::path& path, const std::string& script) {
  write(path, "#!/bin/sh\n" + script);
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return path.string();
}

class ResticTest : public testing::TestWithParam<std::string> {
 protected:
  ResticTest() {
    installation = {.program = GetParam(),
                    .cache_directory = directory / "cache",
                    .work_directory = directory / "work",
                    .past_directory = directory / "past"};
    request.job = core::JobId("01J9ZQ3V5Y7K8M2N4P6R8T0V2X");
    request.plan = "plan";
    request.access = {
        .url = (directory / "repo").string(), .password = "open sesame", .server_user = {}, .server_password = {}};
    request.sources.paths = {(directory / "data").string()};
    write(directory / "data" / "hello.txt", "Hello.\n");
  }

  template <class T>
  T run(runtime::Task<T> task) {
    std::optional<T> result;
    runtime::asio::co_spawn(loop, std::move(task), [&](const std::exception_ptr& failure, T value) {
      if (failure) std::rethrow_exception(failure);
      result = std::move(value);
    });
    // Not until the loop is empty: a server may run on it as well.
    loop.restart();
    while (!result) loop.run_one();
    return std::move(result.value());
  }

  core::JobResult back_up(BackupLimits limits = {}) {
    return run(restic::back_up(loop, clock, installation, request, listener, cancellation, limits));
  }

  runtime::Environment environment() const {
    return {{"PATH", "/usr/bin:/bin"},
            {"RESTIC_REPOSITORY", request.access.url},
            {"RESTIC_PASSWORD", request.access.password},
            {"RESTIC_CACHE_DIR", installation.cache_directory.string()}};
  }

  runtime::Command command(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), installation.program);
    return {.arguments = std::move(arguments), .environment = environment(), .directory = "/"};
  }

  // What the real restic prints, asked without the code under test.
  std::string ask(std::vector<std::string> arguments) {
    const auto asked = command(std::move(arguments));
    const auto output = run(runtime::run_command(loop, asked, std::chrono::minutes(1)));
    EXPECT_TRUE(output.status.ok()) << output.err;
    return output.out;
  }

  // A copy: restic spends a second on each key, on purpose.
  void make_repository() {
    static std::map<std::string, std::unique_ptr<TemporaryDirectory>> made;
    auto& folder = made[installation.program];
    if (!folder) {
      ask({"init"});
      folder = std::make_unique<TemporaryDirectory>();
      std::filesystem::copy(directory / "repo", *folder / "repo", std::filesystem::copy_options::recursive);
      return;
    }
    std::filesystem::copy(*folder / "repo", directory / "repo", std::filesystem::copy_options::recursive);
  }
  bool has_locks() const { return !std::filesystem::is_empty(directory / "repo" / "locks"); }
  bool has_snapshots() const { return !std::filesystem::is_empty(directory / "repo" / "snapshots"); }

  // Reading it takes hours, and no space: for what must happen in the middle of a backup.
  void make_endless_source() {
    write(directory / "endless", "");
    std::filesystem::resize_file(directory / "endless", 1ULL << 40);
    request.sources.paths = {(directory / "endless").string()};
  }

  TemporaryDirectory directory;
  runtime::Loop loop;
  runtime::SystemClock clock;
  Installation installation;
  BackupRequest request;
  RecordingListener listener;
  Cancellation cancellation;
};

}  // namespace holdfast::restic
