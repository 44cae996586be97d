#include "fleet/json_fleet.hpp"

#include <gtest/gtest.h>

#include "text/time.hpp"

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

const core::Time kNow = *text::parse_time("2026-11-20T09:42:18Z");

fleet::FleetHost row_of() {
  fleet::FleetHost host;
  host.row.host.enrolled = false;
  host.row.report.emplace().at = kNow;
  host.row.pause = core::Pause{std::nullopt, "new disks", "anna", kNow};
  return host;
}

TEST(JsonOfAHost, TellsOfAReportOnlyHostWhenItLastReported) {
  EXPECT_EQ(to_json(row_of()).at("last_seen_at"), json::value(text::format_time(kNow)));
  auto silent = row_of();
  silent.row.report.reset();
  EXPECT_TRUE(to_json(silent).at("last_seen_at").is_null());
  auto with_agent = row_of();
  with_agent.row.host.last_seen_at = kNow - 1h;
  EXPECT_EQ(to_json(with_agent).at("last_seen_at"), json::value(text::format_time(kNow - 1h)));
}

TEST(JsonOfAHost, HidesFromKeysWhoPausedIt) {
  json::object shown = to_json(row_of());
  EXPECT_EQ(shown.at("pause").at("by"), json::value("anna"));
  hide_operator(shown);
  EXPECT_FALSE(shown.at("pause").as_object().contains("by"));
  EXPECT_EQ(shown.at("pause").at("reason"), json::value("new disks"));
  auto going_on = row_of();
  going_on.row.pause.reset();
  json::object unpaused = to_json(going_on);
  hide_operator(unpaused);
  EXPECT_TRUE(unpaused.at("pause").is_null());
}

TEST(JsonOfACustomer, TellsTheStateOfItsWorstHostOrItsPause) {
  core::CustomerRow row;
  EXPECT_TRUE(to_json(row).at("status").is_null());
  row.counts.ok = 9;
  row.counts.paused = 1;
  EXPECT_EQ(to_json(row).at("status"), json::value("paused"));
  row.counts.down = 1;
  EXPECT_EQ(to_json(row).at("status"), json::value("down"));
  row.pause.emplace();
  EXPECT_EQ(to_json(row).at("status"), json::value("paused"));
}

}  // namespace
}  // namespace holdfast::web
