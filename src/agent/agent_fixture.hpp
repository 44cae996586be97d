#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>

#include "agent.hpp"
#include "quick_probes.hpp"
#include "runtime/process/subprocess.hpp"
#include "test_hub.hpp"
#include "test_support.hpp"

namespace holdfast::agent {

// A hub, and the means to start and stop agents with one state folder.
class AgentTest : public testing::Test {
 protected:
  AgentTest() : hub_(loop_) {
    std::filesystem::create_directory(folder_ / "state");
    std::filesystem::create_directory(folder_ / "source");
    std::ofstream(folder_ / "source" / "letter") << "Dear Ana, …";
    options_.identity = {hub_.url(), "01J00000000000000000000H0S", hub_.bearer, ""};
    options_.run.restic = {"restic", folder_ / "cache", folder_ / "state" / "work"};
    options_.run.flush_interval = std::chrono::milliseconds(1);
    options_.reporter.probes = test::quick_probes();
    options_.connection.state_directory = folder_ / "state";
    options_.connection.first_delay = options_.connection.longest_delay = options_.connection.refused_delay =
        std::chrono::milliseconds(1);
  }

  void start() {
    agent_ = std::make_unique<Agent>(loop_, clock_, options_);
    agent_->start();
  }
  runtime::Task<> stop() {
    co_await agent_->stop();
    agent_.reset();
  }
  runtime::Task<> restart() {
    co_await stop();
    start();
  }
  // Runs a test to its end and takes everything down.
  void run(const std::function<runtime::Task<>()>& steps) {
    const std::function<runtime::Task<>()> whole = [this, &steps]() -> runtime::Task<> {
      co_await steps();
      if (agent_) co_await stop();
      co_await hub_.stop();
    };
    test::run(loop_, whole);
    EXPECT_THAT(hub_.faults, testing::IsEmpty());
  }
  protocol::CommandRun command(int job) { return test::command(job, folder_ / "repository", folder_ / "source"); }

  // A restic that writes lines, then goes on until `release` is there, or until it is interrupted: tests decide when a
  // backup ends.
  void use_scripted_restic(std::string_view when_interrupted = "echo interrupted >&2; exit 130") {
    const std::filesystem::path program = folder_ / "restic";
    std::ofstream(program) << R"(#!/bin/sh
case "$1" in
  version) echo "restic 0.14.0 compiled with go1.19.8 on linux/amd64"; exit 0 ;;
  backup) ;;
  *) exit 0 ;;
esac
trap ')" << when_interrupted
                           << R"(' INT
seq -f 'line %.0f' 1 )" << lines_
                           << R"( >&2
while [ ! -e )" << (folder_ / "release").string()
                           << R"( ]; do sleep 0.02; done
echo '{"message_type":"summary","files_new":1,"files_changed":0,"files_unmodified":0,"data_added":11,'\
'"total_files_processed":1,"total_bytes_processed":11,"total_duration":0.1,"snapshot_id":"6e0a75aa"}'
)";
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    options_.run.restic.program = program.string();
  }
  void release() { std::ofstream(folder_ / "release") << ""; }
  bool ledger_is_empty() { return std::filesystem::is_empty(folder_ / "state" / "ledger"); }
  runtime::Task<> until_ledger_is_empty() {
    while (!ledger_is_empty()) co_await runtime::sleep_for(std::chrono::milliseconds(1));
  }
  // What an agent leaves that was killed while restic ran.
  void leave_interrupted_job() {
    Ledger ledger(loop_, folder_ / "state" / "ledger");
    JobLedger& job = ledger.accept(command(1));
    job.add(protocol::JobStarted{job.job(), 0, clock_.now()});
    job.add(protocol::LogStream{job.job(), {{0, clock_.now(), core::LogLevel::Info, "first line"}}});
  }

  test::TemporaryDirectory folder_;
  runtime::Loop loop_;
  runtime::SystemClock clock_;
  test::TestHub hub_;
  AgentOptions options_;
  int lines_ = 0;  // that the scripted restic writes
  std::unique_ptr<Agent> agent_;
};

}  // namespace holdfast::agent
