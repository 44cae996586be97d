#include "fleet/reports/daily_bytes.hpp"

#include <gtest/gtest.h>

#include "fleet_world.hpp"
#include "reports/report_text.hpp"

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;

const core::Time kNoon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 12h;

TEST(DailyBytes, GivesEachSenderItsShareOfADay) {
  DailyBytes daily(100);
  EXPECT_FALSE(daily.take("a", 60, kNoon));
  EXPECT_EQ(daily.take("a", 41, kNoon + 1h), 11h);
  EXPECT_FALSE(daily.take("a", 40, kNoon + 1h)) << "what was refused took nothing";
  EXPECT_TRUE(daily.take("a", 1, kNoon + 1h));
  EXPECT_FALSE(daily.take("b", 100, kNoon + 1h));
  EXPECT_FALSE(daily.take("a", 100, kNoon + 12h));
  EXPECT_TRUE(daily.take("c", 101, kNoon)) << "never";
}

TEST(DailyBytes, ReportsBeyondThemAreRefusedAndTheNextDayTaken) {
  World world;
  ReportsOptions options;
  options.daily_bytes_of_host = 2000;
  Reports reports(world.database, world.clock, world.live, world.watch, world.report_keys, *world.packer, options);
  const auto report = [&](std::string host) {
    world.clock.advance(1min);
    const std::string document = ReportText{.host = std::move(host), .at = world.clock.now()};
    return world.run(reports.receive({{}, "key"}, document + std::string(900, ' '), "192.0.2.1"));
  };
  EXPECT_TRUE(report("a"));
  while (report("a")) {
  }
  EXPECT_EQ(report("a").error().code, "daily_limit");
  EXPECT_TRUE(report("b"));
  world.clock.advance(24h);
  EXPECT_TRUE(report("a"));
}

TEST(DailyBytes, AKeyOfACustomerHasAShareOfItsOwnForAllItsHosts) {
  World world;
  ReportsOptions options;
  options.daily_bytes_of_key = 2500;
  Reports reports(world.database, world.clock, world.live, world.watch, world.report_keys, *world.packer, options);
  const auto customer = world.run(world.customers.add("acme", "Acme", world.admin)).value();
  const auto report = [&](KeyHolder holder, int number) {
    const std::string document =
        ReportText{.customer = "acme", .host = "host" + std::to_string(number), .at = world.clock.now()};
    return world.run(reports.receive(std::move(holder), document + std::string(900, ' '), "192.0.2.1"));
  };
  int taken = 0;
  while (report({{customer}, "key of acme"}, taken)) ++taken;
  EXPECT_GE(taken, 1);
  EXPECT_LE(taken, 2);
  EXPECT_TRUE(report({{}, "report API key"}, 99)) << "the operator's own key has none";
}

}  // namespace
}  // namespace holdfast::fleet
