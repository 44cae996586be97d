#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fleet/reports/reports.hpp"
#include "fleet_world.hpp"
#include "reports/report_text.hpp"
#include "store/hosts/hosts.hpp"
#include "store/reports/reports.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;
using core::Result;
using testing::SizeIs;

struct HistoryTest : testing::Test {
  ReceivedReport report(double cpu = 10) {
    const std::string document = ReportText{.at = world.clock.now(), .cpu = cpu};
    return world.run(world.reports.receive({{}, "key"}, document, "")).value();
  }
  // `count` reports, `step` apart, the last one a step ago.
  core::HostId reports(std::size_t count, std::chrono::minutes step) {
    const auto host = report(0).host;
    const auto first = world.clock.now();
    const auto fill = [&](store::Transaction& tx) {
      const store::Packer packer;
      for (std::size_t i = 1; i < count; ++i) {
        const auto at = first + step * static_cast<int>(i);
        const std::string document = ReportText{.at = at, .cpu = static_cast<double>(i % 100)};
        store::add_report(tx, {0, host, at, at, false, false, packer.pack(document)});
      }
    };
    world.run(world.database.write(fill));
    world.clock.advance(step * static_cast<int>(count));
    world.run(world.upkeep.roll_up());
    return host;
  }
  History history(const core::HostId& host, std::chrono::hours back) {
    const auto now = world.clock.now();
    return world.run(world.histories.of_host(host, {now - back, now}));
  }

  World world;
};

TEST(ParsePeriod, KnowsTheNamedPeriods) {
  const core::Time now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22);
  EXPECT_EQ(parse_period("24h", now)->from, now - 24h);
  EXPECT_EQ(parse_period("90d", now)->from, now - 24h * 90);
  EXPECT_EQ(parse_period("1y", now)->from, now - 24h * 365);
  EXPECT_EQ(parse_period("1y", now)->to, now);
  for (const auto* wrong : {"", "24", "24H", "2d", "1y ", "-1d"})
    EXPECT_EQ(parse_period(wrong, now).error().code, "period_invalid") << wrong;
}

TEST_F(HistoryTest, ADayIsMadeOfSingleReports) {
  const auto host = reports(96, 15min);
  const auto day = history(host, 24h);
  EXPECT_EQ(day.step, HistoryStep::Raw);
  ASSERT_THAT(day.points, SizeIs(96));
  EXPECT_EQ(day.points.front().cpu_mean, 0);
  EXPECT_EQ(day.points.back().cpu_mean, 95);
}

std::uint64_t count_reports(const History& history) {
  std::uint64_t count = 0;
  for (const auto& point : history.points) count += point.reports;
  return count;
}

// A host that reports each minute costs as much as can be drawn.
TEST_F(HistoryTest, OfManyReportsOfADaySomeAreTakenAndTheNewest) {
  const auto day = history(reports(1300, 1min), 24h);
  EXPECT_LE(count_reports(day), kMaxHistoryPoints);
  EXPECT_GE(count_reports(day), 400u);
  EXPECT_EQ(day.points.back().start, world.clock.now() - 1min);
}

TEST_F(HistoryTest, ReportsWithoutEndAreSpreadOverTheDay) {
  const auto fill = [&](store::Transaction& tx) {
    const store::Packer packer;
    const auto host = store::find_hosts_by_name(tx, store::default_customer(tx).id, "web-01").front().id;
    const auto packed = packer.pack(R"({"customer_id":"acme"})");
    for (int i = 1; i <= 2500; ++i) {
      const auto at = world.clock.now() - 30s * i;
      store::add_report(tx, {0, host, at, at, false, false, packed});
    }
  };
  const auto host = world.enrol("web-01").host;
  world.run(world.database.write(fill));
  const auto day = history(host, 24h);
  EXPECT_LE(day.points.size(), kMaxHistoryPoints);
  EXPECT_GE(day.points.size(), 400u);
  EXPECT_GE(day.points.back().start, world.clock.now() - 5min);
}

// The documents name no moment, so that theirs is the row's.
core::HostId add_documents(World& world, std::size_t count, std::chrono::seconds step, const std::string& document) {
  const auto host = world.enrol("web-01").host;
  const auto fill = [&](store::Transaction& tx) {
    const store::Packer packer;
    const auto packed = packer.pack(document);
    for (std::size_t i = 1; i <= count; ++i) {
      const auto at = world.clock.now() - step * static_cast<int>(i);
      store::add_report(tx, {0, host, at, at, false, false, packed});
    }
  };
  world.run(world.database.write(fill));
  return host;
}

TEST_F(HistoryTest, LargeDocumentsAreSpreadOverTheDayInsteadOfAllBeingRead) {
  const std::string blanks(1'000'000, ' ');
  const auto host = add_documents(world, 96, 15min, R"({"customer_id":"acme")" + blanks + "}");
  const auto day = history(host, 24h);
  EXPECT_LE(count_reports(day), 34u);
  EXPECT_GE(count_reports(day), 20u);
  EXPECT_EQ(day.points.back().start, world.clock.now() - 15min);
  EXPECT_LE(day.points.front().start, world.clock.now() - 20h);
}

TEST_F(HistoryTest, HoursThatAreNotRolledUpYetShareOneBudget) {
  const auto host = add_documents(world, 4800, 3min, R"({"customer_id":"acme"})");
  const auto month = history(host, 24h * 11);
  EXPECT_LE(count_reports(month), 2000u);
  EXPECT_GE(count_reports(month), 1500u);
  EXPECT_GE(month.points.back().start, world.clock.now() - 1h);
}

TEST_F(HistoryTest, AWeekIsMadeOfHoursAndTheRunningOneIsAmongThem) {
  const auto host = reports(24 * 4 * 3 + 2, 15min);
  const auto week = history(host, 24h * 7);
  EXPECT_EQ(week.step, HistoryStep::Hour);
  EXPECT_EQ(week.step_seconds, 1h);
  ASSERT_THAT(week.points, SizeIs(73));
  EXPECT_EQ(week.points.back().reports, 2u);
  EXPECT_EQ(week.points.back().start, std::chrono::floor<std::chrono::hours>(world.clock.now()));
}

TEST_F(HistoryTest, AnHourThatIsNotRolledUpYetIsAddedUpOnTheWay) {
  const auto host = report().host;
  world.clock.advance(70min);
  const auto week = history(host, 24h * 7);
  ASSERT_THAT(week.points, SizeIs(1));
  EXPECT_EQ(week.points[0].reports, 1u);
}

TEST_F(HistoryTest, AMonthTakesTwoHoursTogether) {
  const auto host = reports(31 * 24, 60min);
  const auto month = history(host, 24h * 30);
  EXPECT_EQ(month.step_seconds, 2h);
  EXPECT_LE(month.points.size(), kMaxHistoryPoints);
  EXPECT_GE(month.points.size(), 359u);
  EXPECT_EQ(month.points[100].reports, 2u);
}

TEST_F(HistoryTest, AYearIsMadeOfDays) {
  const auto host = reports(50 * 4, 360min);
  const auto year = history(host, 24h * 365);
  EXPECT_EQ(year.step, HistoryStep::Day);
  EXPECT_EQ(year.step_seconds, 24h);
  EXPECT_NEAR(static_cast<double>(year.points.size()), 50, 1.1);
  EXPECT_EQ(year.points[10].reports, 4u);
}

TEST_F(HistoryTest, AYearHasTheDayThatIsGoingOn) {
  const auto host = report().host;
  const auto year = history(host, 24h * 365);
  ASSERT_THAT(year.points, SizeIs(1));
  EXPECT_EQ(year.points[0].reports, 1u);
  world.clock.advance(3h);
  world.run(world.upkeep.roll_up());
  report();
  const auto later = history(host, 24h * 365);
  std::uint64_t reports = 0;
  for (const auto& point : later.points) reports += point.reports;
  EXPECT_EQ(reports, 2u);
}

TEST_F(HistoryTest, GapsStayGaps) {
  const auto host = report().host;
  world.clock.advance(24h * 2);
  report();
  world.clock.advance(1h);
  world.run(world.upkeep.roll_up());
  EXPECT_THAT(history(host, 24h * 7).points, SizeIs(2));
}

TEST_F(HistoryTest, AnyRangeHasABoundedNumberOfPoints) {
  const auto host = reports(300, 60min);
  const auto now = world.clock.now();
  for (const auto from : {core::Time(), now - 24h * 21, now - 24h * 99, now - 24h * 101, now - 24h * 800}) {
    const auto some = world.run(world.histories.of_host(host, {from, now}));
    EXPECT_LE(some.points.size(), kMaxHistoryPoints);
    EXPECT_GE(some.points.size(), 2u);
  }
}

TEST_F(HistoryTest, ALateReportFindsItsWayIntoTheRollUps) {
  const auto host = reports(24 * 2, 60min);
  const auto late = world.clock.now() - 30h + 10min;
  world.run(world.reports.receive({{}, "key"}, ReportText{.at = late, .cpu = 99}, "")).value();
  world.run(world.upkeep.roll_up());
  const auto hours = history(host, 24h * 7).points;
  const auto found =
      std::ranges::find(hours, core::Time(std::chrono::floor<std::chrono::hours>(late)), &core::RollUp::start);
  ASSERT_NE(found, hours.end());
  EXPECT_EQ(found->reports, 2u);
  EXPECT_EQ(found->cpu_max, 99);
}

TEST_F(HistoryTest, ALateReportIsThereBeforeItIsRolledUp) {
  const auto host = reports(24 * 2, 60min);
  const auto late = world.clock.now() - 30h + 10min;
  world.run(world.reports.receive({{}, "key"}, ReportText{.at = late, .cpu = 99}, "")).value();
  for (const auto back : {24h * 7, 24h * 30, 24h * 365}) EXPECT_EQ(count_reports(history(host, back)), 49u);
}

TEST_F(HistoryTest, DaysKnowOfTheRunningHour) {
  const auto host = report().host;
  world.clock.advance(1min);
  const auto year = history(host, 24h * 365);
  ASSERT_THAT(year.points, SizeIs(1));
  EXPECT_EQ(year.points[0].start, std::chrono::floor<std::chrono::days>(world.clock.now()));
}

TEST_F(HistoryTest, TheHistoryOfACustomerIsThatOfItsNewestHost) {
  const auto first = report();
  world.clock.advance(1min);
  const std::string document = ReportText{.host = "web-02", .at = world.clock.now(), .cpu = 77};
  world.run(world.reports.receive({{}, "key"}, document, "")).value();
  const auto now = world.clock.now();
  const auto history = world.run(world.histories.of_customer(first.customer, {now - 24h, now + 1ms})).value();
  ASSERT_THAT(history.points, SizeIs(1));
  EXPECT_EQ(history.points[0].cpu_mean, 77);
}

TEST_F(HistoryTest, ADiskThatWillBeFullSoonIsAWarning) {
  const auto first = world.clock.now();
  std::vector<Task<Result<ReceivedReport>>> tasks;
  for (int hour = 0; hour < 24 * 4; ++hour) {
    const std::string document = ReportText{.at = first + 1h * hour, .disk = 60 + hour / 24.0 * 3};
    tasks.push_back(world.reports.receive({{}, "key"}, document, ""));
  }
  world.clock.advance(24h * 4);
  const auto host = world.run_all(std::move(tasks)).front()->host;
  world.run(world.reports.receive({{}, "key"}, ReportText{.at = world.clock.now(), .disk = 72}, "")).value();
  world.run(world.upkeep.roll_up());
  const auto status = world.run(world.hosts.find(host))->status;
  EXPECT_EQ(status.state, core::HostState::Warning);
  EXPECT_THAT(status.reason(), testing::HasSubstr("will be full"));
}

}  // namespace
}  // namespace holdfast::fleet
