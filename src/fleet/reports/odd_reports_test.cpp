#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "fleet_world.hpp"
#include "reports/report_text.hpp"
#include "store/reports/reports.hpp"
#include "store/sqlite/database.hpp"

// Reports of hosts whose clock is behind, those that are refused or of which something is left out, and damaged ones.
namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;
using core::HostState;
using core::Result;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

struct OddReportsTest : testing::Test {
  Result<ReceivedReport> send(std::string document, KeyHolder sender = {{}, "report API key"}) {
    return world.run(world.reports.receive(std::move(sender), std::move(document), "192.0.2.7"));
  }
  ReceivedReport must_send(std::string document) { return send(std::move(document)).value(); }
  HostOverview host(const core::HostId& id) { return world.run(world.hosts.find(id)).value(); }
  CustomerDetail customer(std::string slug) { return world.run(world.customers.find(std::move(slug))).value(); }
  core::Time now() const { return world.clock.now(); }
  // By so much, with all rounds of the watch.
  void wait(std::chrono::minutes time) {
    for (; time > 0min; time -= 1min) {
      world.clock.advance(1min);
      world.run(world.watch.round());
    }
  }

  World world;
};

using ClockBehindTest = OddReportsTest;

TEST_F(OddReportsTest, OneThatIsDamagedHidesNoOther) {
  const auto whole = must_send(ReportText{.at = now() - 1min});
  const std::string text = ReportText{.at = now()};
  const auto newest = must_send(text);
  const auto damage = [&](store::Transaction& tx) {
    auto stored = store::find_report(tx, newest.host, newest.at).value();
    store::remove_reports(tx, {stored.id});
    stored.document = {0, "damaged", 0, {}, {}};
    store::add_report(tx, stored);
  };
  world.run(world.database.write(damage));
  EXPECT_EQ(world.run(world.stored_reports.latest(newest.host)), std::nullopt);
  EXPECT_THAT(world.run(world.stored_reports.last(newest.host, 10)), testing::SizeIs(1));
  EXPECT_EQ(world.run(world.stored_reports.find(newest.host, newest.at)).error().code, "report_damaged");
  EXPECT_TRUE(world.run(world.stored_reports.find(newest.host, whole.at)));
  EXPECT_THAT(world.run(world.histories.of_host(newest.host, {now() - 24h, now() + 1s})).points, testing::SizeIs(1));
  EXPECT_TRUE(send(text)) << "nobody knows whether it is the same";
}

TEST_F(ClockBehindTest, IsAliveWithAWarningOnceItsReportsComeInStep) {
  world.run(world.watch.start());
  const auto first = must_send(ReportText{.at = now() - 5h});
  EXPECT_FALSE(first.clock_behind);
  wait(15min);
  const auto second = must_send(ReportText{.at = now() - 5h, .cpu = 7});
  EXPECT_TRUE(second.clock_behind);
  EXPECT_TRUE(second.newest);
  EXPECT_EQ(second.at, now());
  EXPECT_EQ(host(second.host).status.state, HostState::Warning);
  EXPECT_THAT(host(second.host).status.reason(), testing::StartsWith("Its clock is behind by 5 h"));
  wait(61min);
  EXPECT_EQ(host(second.host).status.state, HostState::Down) << "it is silent then as any other";
}

TEST_F(ClockBehindTest, TellsTheRightTimeOfBackups) {
  must_send(ReportText{.at = now() - 5h});
  world.clock.advance(15min);
  const auto received = must_send(ReportText{.at = now() - 5h, .backup = now() - 6h});
  EXPECT_EQ(host(received.host).report->figures.backup_at, now() - 1h);
}

TEST_F(ClockBehindTest, IsForgottenWhenItIsRightAgain) {
  must_send(ReportText{.at = now() - 5h});
  world.clock.advance(15min);
  const auto behind = must_send(ReportText{.at = now() - 5h});
  world.clock.advance(15min);
  EXPECT_TRUE(must_send(ReportText{.at = now()}).newest);
  EXPECT_FALSE(host(behind.host).report->clock_behind);
  EXPECT_THAT(host(behind.host).status.reason(), testing::Not(HasSubstr("clock")));
}

TEST_F(ClockBehindTest, IsCertainWhereItWasNeverSet) {
  const auto received = must_send(R"({"customer_id":"acme","host":"board","timestamp":"1970-01-01T00:00:12Z"})");
  EXPECT_EQ(received.at, now());
  EXPECT_EQ(host(received.host).status.state, HostState::Warning);
  EXPECT_THAT(host(received.host).status.reason(), HasSubstr("its clock is behind by 56 years"));
}

TEST_F(ClockBehindTest, IsNotWhatABacklogShows) {
  const auto first = must_send(ReportText{.at = now() - 3h});
  for (const auto age : {150min, 120min, 90min}) {
    world.clock.advance(1s);
    EXPECT_FALSE(must_send(ReportText{.at = now() - age}).clock_behind);
  }
  EXPECT_EQ(host(first.host).status.state, HostState::Down);
  EXPECT_THAT(world.run(world.stored_reports.last(first.host, 10)), testing::SizeIs(4));
}

TEST_F(ClockBehindTest, StoresAReportOnceThatIsSentAgain) {
  const std::string first = ReportText{.at = now() - 5h, .cpu = 1};
  must_send(first);
  world.clock.advance(15min);
  const std::string second = ReportText{.at = now() - 5h, .cpu = 2};
  must_send(second);
  world.clock.advance(2s);
  EXPECT_TRUE(must_send(second).duplicate);
  EXPECT_TRUE(must_send(first).duplicate) << "it was stored as one that came late";
  world.clock.advance(15min);
  EXPECT_TRUE(must_send(second).duplicate);
}

// What tells reports that came before from others begins with a checksum of 32 bits, which anybody can make two of.
TEST_F(OddReportsTest, TwoDocumentsOfOneChecksumAreTwoReports) {
  const auto document = [](int own) {
    return fmt::format(R"({{"customer_id":"acme","timestamp":"2026-11-22T08:59:00Z","own":{}}})", own);
  };
  const auto first = document(4677);
  const auto second = document(63146);
  const auto id = must_send(first).host;
  EXPECT_FALSE(must_send(second).duplicate);
  EXPECT_TRUE(must_send(first).duplicate);
  EXPECT_TRUE(must_send(second).duplicate);
  EXPECT_THAT(world.run(world.stored_reports.last(id, 10)), testing::SizeIs(2));
  const auto checksums = [&](store::View& view) {
    std::set<std::string> all;
    for (const auto& report : store::last_reports(view, id, 10))
      all.insert(report.document.bytes.substr(report.document.bytes.size() - 4));
    return all;
  };
  EXPECT_THAT(world.run(world.database.read(checksums)), testing::SizeIs(1)) << "else this tests nothing";
}

struct LeftOutTest : OddReportsTest {};

TEST_F(LeftOutTest, IsNamedInTheAnswerAndTheRestCounts) {
  const auto received = must_send(
      R"({"customer_id":"acme","host":"nas","system":{"cpu":{"percent":101.2},"memory":{"percent":42}},"health":{"status":"ok"}})");
  EXPECT_THAT(received.warnings, ElementsAre("system.cpu.percent must be a number from 0 to 100."));
  const auto figures = host(received.host).report->figures;
  EXPECT_EQ(figures.memory_percent, 42);
  EXPECT_EQ(figures.cpu_percent, std::nullopt);
  EXPECT_THAT(world.run(world.stored_reports.latest(received.host))->document, HasSubstr("101.2"))
      << "kept as it was sent";
}

TEST_F(LeftOutTest, IsNothingOfAReportThatIsWell) {
  EXPECT_THAT(must_send(ReportText{.at = now(), .cpu = 3}).warnings, IsEmpty());
}

TEST_F(LeftOutTest, SaysHowMuchMoreThereIs) {
  std::string disks = "7";
  for (int i = 0; i < 99; ++i) disks += ",7";
  const auto received = must_send(R"({"customer_id":"acme","system":{"disks":[)" + disks + "]}}");
  ASSERT_EQ(received.warnings.size(), 21u);
  EXPECT_EQ(received.warnings.back(), "80 more members are left out.");
}

struct RefusedReportTest : OddReportsTest {
  static std::string broken(const std::string& whose) { return "{" + whose + R"("system":{"cpu":{"percent":NaN}}})"; }
};

TEST_F(RefusedReportTest, IsTheReasonOfTheSilenceOfItsHost) {
  world.run(world.watch.start());
  const auto received = must_send(ReportText{.host = "nas", .at = now()});
  for (int i = 0; i < 3; ++i) {
    wait(15min);
    EXPECT_FALSE(send(broken(R"("customer_id":"acme","host":"nas",)")));
  }
  const auto silent = host(received.host);
  EXPECT_EQ(silent.status.state, HostState::Warning);
  EXPECT_THAT(silent.status.reason(), testing::StartsWith("No report since "));
  EXPECT_THAT(silent.status.reason(), HasSubstr("; its reports are refused: The report is not valid JSON near byte "));
  ASSERT_TRUE(silent.refusal);
  EXPECT_EQ(silent.refusal->at, now());
}

TEST_F(RefusedReportTest, IsForgottenWithTheNextThatIsTaken) {
  const auto received = must_send(ReportText{.host = "nas", .at = now()});
  world.clock.advance(15min);
  EXPECT_FALSE(send(broken(R"("customer_id":"acme","host":"nas",)")));
  EXPECT_TRUE(host(received.host).refusal);
  world.clock.advance(15min);
  must_send(ReportText{.host = "nas", .at = now()});
  EXPECT_FALSE(host(received.host).refusal);
}

TEST_F(RefusedReportTest, IsRememberedWithItsCustomerWhereNobodyKnowsWhoseItIs) {
  world.run(world.watch.start());
  const auto received = must_send(ReportText{.host = "nas", .at = now()});
  const KeyHolder key{{received.customer}, "key …abcd of acme"};
  wait(40min);
  EXPECT_FALSE(send("<html>", key));
  EXPECT_THAT(customer("acme").refusal->why, HasSubstr("JSON object"));
  wait(1min);
  EXPECT_THAT(host(received.host).status.reason(), HasSubstr("its reports are refused"));
  EXPECT_FALSE(host(received.host).refusal) << "it may be another's";
}

TEST_F(RefusedReportTest, OfAHostThatIsNotThereIsItsCustomers) {
  must_send(ReportText{.host = "nas", .at = now()});
  EXPECT_FALSE(send(broken(R"("customer_id":"acme","host":"fresh",)")));
  EXPECT_TRUE(customer("acme").refusal);
}

TEST_F(RefusedReportTest, OfAnotherCustomerIsThatOfTheKey) {
  const auto mine = must_send(ReportText{.customer = "acme", .host = "nas", .at = now()});
  const auto other = must_send(ReportText{.customer = "other", .host = "nas", .at = now()});
  world.clock.advance(1min);
  EXPECT_FALSE(send(ReportText{.customer = "other", .host = "nas", .at = now()}, {{mine.customer}, "key of acme"}));
  EXPECT_THAT(customer("acme").refusal->why, EndsWith("another customer than customer_id names."));
  EXPECT_FALSE(host(other.host).refusal);
  EXPECT_FALSE(host(mine.host).refusal);
}

TEST_F(RefusedReportTest, OfNobodyThatIsKnownMakesNobody) {
  EXPECT_FALSE(send(broken(R"("customer_id":"nobody","host":"nas",)")));
  EXPECT_FALSE(send("", KeyHolder{{}, "report API key"}));
  EXPECT_EQ(world.run(world.customers.list({})).size(), 1u) << "the default one";
}

TEST_F(RefusedReportTest, IsNotedOnceAMinuteHoweverOftenItComes) {
  must_send(ReportText{.host = "nas", .at = now()});
  const auto before = world.database.stats().transactions;
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(send(broken(R"("customer_id":"acme","host":"nas",)")));
  EXPECT_EQ(world.database.stats().transactions - before, 1u);
  world.clock.advance(1min);
  EXPECT_FALSE(send(broken(R"("customer_id":"acme","host":"nas",)")));
  EXPECT_EQ(world.database.stats().transactions - before, 2u);
}

}  // namespace
}  // namespace holdfast::fleet
