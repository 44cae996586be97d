#include "reports/reporter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "agent.hpp"
#include "probes/sample_host.hpp"
#include "protocol/report/report.hpp"
#include "quick_probes.hpp"
#include "test_hub.hpp"
#include "test_support.hpp"

namespace holdfast::agent {
namespace {

using namespace std::chrono_literals;
using test::TestHub;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Le;

constexpr std::size_t kManyDisks = 1000;

core::Report large_report(std::size_t disks, std::size_t containers) {
  core::Report report;
  report.customer_id = "default";
  report.host = "web-1";
  report.system.emplace().disks.resize(disks);
  for (core::DiskReport& disk : report.system->disks) disk.mount = std::string(500, 'd');
  report.containers.emplace().items.resize(containers);
  for (core::ContainerReport& container : report.containers->items) container.name = std::string(500, 'c');
  return report;
}

TEST(ReportDocument, LosesNothingThatFits) {
  const core::Report report = large_report(10, 10);
  EXPECT_EQ(encode_within(report, protocol::kMaxReportBytes), protocol::encode_report(report));
}

TEST(ReportDocument, LeavesOutDisksAndContainersUntilItFits) {
  const std::string document = encode_within(large_report(kManyDisks, 500), protocol::kMaxReportBytes);
  EXPECT_THAT(document.size(), Le(protocol::kMaxReportBytes));
  const auto report = protocol::parse_report(document);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_FALSE(report->system->disks.empty());
  EXPECT_FALSE(report->containers->items.empty());
}

// An agent with a hub that takes reports.
class ReporterTest : public testing::Test {
 protected:
  ReporterTest() : hub_(loop_) {
    std::filesystem::create_directory(folder_ / "state");
    options_.identity = {hub_.url(), "01J00000000000000000000H0S", hub_.bearer, ""};
    options_.run.restic = {"/absent/restic", folder_ / "cache", folder_ / "state" / "work"};
    options_.reporter.probes = test::quick_probes();
    options_.connection.state_directory = folder_ / "state";
    options_.connection.first_delay = options_.connection.longest_delay = options_.connection.refused_delay = 1ms;
  }

  void start() {
    agent_ = std::make_unique<Agent>(loop_, clock_, options_);
    agent_->start();
  }
  runtime::Task<> stop() {
    co_await agent_->stop();
    agent_.reset();
  }
  void run(const std::function<runtime::Task<>()>& steps) {
    const std::function<runtime::Task<>()> whole = [this, &steps]() -> runtime::Task<> {
      co_await steps();
      if (agent_) co_await stop();
      co_await hub_.stop();
    };
    test::run(loop_, whole);
    EXPECT_THAT(hub_.faults, IsEmpty());
  }
  runtime::Task<> until_reports(std::size_t count) {
    co_await hub_.until([this, count] { return hub_.reports.size() >= count; });
  }
  runtime::Task<> until_waiting(std::size_t count) {
    while (agent_->reports().size() != count) co_await runtime::sleep_for(1ms);
  }

  test::TemporaryDirectory folder_;
  runtime::Loop loop_;
  runtime::SystemClock clock_;
  TestHub hub_;
  AgentOptions options_;
  std::unique_ptr<Agent> agent_;
};

TEST_F(ReporterTest, ReportsAtTheStartAndForgetsWhatTheHubHas) {
  start();
  run([this]() -> runtime::Task<> {
    co_await until_reports(1);
    const auto report = protocol::parse_report(hub_.reports[0].document);
    if (!report) {
      ADD_FAILURE() << report.error().message;
      co_return;
    }
    EXPECT_FALSE(report->host.empty());
    EXPECT_EQ(report->health, core::Health::Ok);
    co_await until_waiting(0);
  });
}

TEST_F(ReporterTest, ReportsRegularly) {
  options_.reporter.interval = 1ms;
  start();
  run([this]() -> runtime::Task<> {
    co_await until_reports(3);
    EXPECT_NE(hub_.reports[0].id, hub_.reports[1].id);
  });
}

TEST_F(ReporterTest, ReportsWhenHealthChanges) {
  test::SampleHost host;
  host.put("run/systemd/system/unit", "");
  host.put("failed", "[]");
  host.put("systemctl", "#!/bin/sh\ncat " + (host / "failed").string() + "\n");
  std::filesystem::permissions(host / "systemctl", std::filesystem::perms::owner_all);
  options_.reporter.probes.paths.run = host.paths().run;
  options_.reporter.probes.systemctl = (host / "systemctl").string();
  options_.reporter.check = 1ms;
  start();
  run([&]() -> runtime::Task<> {
    co_await until_reports(1);
    host.put("failed", R"([{"unit":"cron.service","active":"failed"}])");
    co_await until_reports(2);
    EXPECT_THAT(protocol::parse_report(hub_.reports[1].document)->issues, ElementsAre("Failed units: cron.service"));
  });
}

TEST_F(ReporterTest, KeepsReportsWhileTheHubIsAwayAndSendsTheOldestFirst) {
  hub_.accepts_connections = false;
  options_.reporter.interval = 1ms;
  start();
  run([this]() -> runtime::Task<> {
    while (agent_->reports().size() < 3) co_await runtime::sleep_for(1ms);
    EXPECT_THAT(hub_.reports, IsEmpty());
    co_await stop();
    options_.reporter.interval = 1h;
    start();
    const std::size_t kept = agent_->reports().size();
    hub_.accepts_connections = true;
    co_await until_reports(kept + 1);
    for (std::size_t i = 1; i < hub_.reports.size(); ++i) {
      EXPECT_LE(hub_.reports[i - 1].id.text().substr(0, 10), hub_.reports[i].id.text().substr(0, 10));
    }
    co_await until_waiting(0);
  });
}

TEST_F(ReporterTest, SendsAgainWhatWasNotAcknowledged) {
  hub_.acknowledges_reports = false;
  start();
  run([this]() -> runtime::Task<> {
    co_await until_reports(1);
    hub_.acknowledges_reports = true;
    hub_.hang_up(1001, "going away");
    co_await until_reports(2);
    EXPECT_EQ(hub_.reports[0].id, hub_.reports[1].id);
    co_await until_waiting(0);
  });
}

TEST_F(ReporterTest, SendsNothingToAHubThatDoesNotKnowReports) {
  hub_.takes_reports = false;
  options_.reporter.interval = 1ms;
  options_.connection.heartbeat = 1ms;
  start();
  run([this]() -> runtime::Task<> {
    co_await hub_.until([this] { return hub_.heartbeats >= 3 && agent_->reports().size() >= 3; });
    EXPECT_THAT(hub_.reports, IsEmpty());
    EXPECT_EQ(hub_.connections, 1);
  });
}

TEST_F(ReporterTest, SendsManyLargeReportsWithoutOverrunningTheSocket) {
  const std::string document = protocol::encode_report(large_report(400, 0));
  {
    ReportLedger ledger(loop_, folder_ / "state" / "reports");
    for (int i = 1; i <= 60; ++i) ledger.add(core::ReportId(test::job_id(i).text()), document);
  }
  start();
  run([this]() -> runtime::Task<> {
    co_await until_reports(61);
    EXPECT_EQ(hub_.connections, 1);
    co_await until_waiting(0);
  });
}

TEST_F(ReporterTest, TellsOfItsOwnBackups) {
  options_.reporter.check = 1ms;
  start();
  run([this]() -> runtime::Task<> {
    co_await until_reports(1);
    EXPECT_EQ(protocol::parse_report(hub_.reports[0].document)->backup, std::nullopt);
    hub_.run(test::command(1, folder_ / "repository", folder_ / "source"));
    co_await until_reports(2);
    const auto report = protocol::parse_report(hub_.reports[1].document);
    EXPECT_EQ(report->backup->last_status, "failed");
    EXPECT_THAT(report->issues, ElementsAre("The last backup failed"));
  });
}

}  // namespace
}  // namespace holdfast::agent
