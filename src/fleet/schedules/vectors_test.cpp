#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>

#include "core/schedule/cron.hpp"
#include "schedules/zone.hpp"
#include "text/time.hpp"

// Schedules in the time zones of this machine, by tests/data/schedules/cron.json: what other programs agree on, and
// where they do not, what docs/reference/hub.md says.
namespace holdfast::fleet {
namespace {

namespace json = boost::json;

json::value vectors() {
  std::ifstream file(HOLDFAST_TEST_DATA "/schedules/cron.json");
  EXPECT_TRUE(file);
  return json::parse(std::string{std::istreambuf_iterator<char>(file), {}});
}

std::string text(const json::value& object, std::string_view member) {
  return std::string(object.at(member).as_string());
}

// As many moments as `wanted` has, one after the other.
json::array next_of(std::string_view expression, core::Time from, const core::Zone& zone, const json::array& wanted) {
  const auto cron = core::Cron::parse(expression);
  json::array found;
  if (!cron) return found;
  for (auto at = cron->next(from, zone); at && found.size() < wanted.size(); at = cron->next(*at, zone))
    found.emplace_back(text::format_time(*at).substr(0, 19) + "Z");
  return found;
}

TEST(Schedules, AreDueWhenTheVectorsSay) {
  for (const auto& row : vectors().at("next").as_array()) {
    const auto zone = runtime::find_zone(text(row, "zone"));
    ASSERT_TRUE(zone) << row;
    const auto from = text::parse_time(text(row, "from")).value();
    EXPECT_EQ(next_of(text(row, "expression"), from, zone_of(*zone), row.at("next").as_array()),
              row.at("next").as_array())
        << row;
  }
}

TEST(Schedules, AreReadInEverySpellingOfTheVectors) {
  const auto utc = zone_of(runtime::find_zone("UTC").value());
  const auto from = text::parse_time("2026-11-22T00:00:00Z").value();
  for (const auto& row : vectors().at("accept").as_array())
    EXPECT_EQ(next_of(text(row, "expression"), from, utc, row.at("next").as_array()), row.at("next").as_array()) << row;
}

TEST(Schedules, AreRefusedWhenTheVectorsSay) {
  for (const auto& row : vectors().at("refuse").as_array()) {
    const auto cron = core::Cron::parse(text(row, "expression"));
    const bool never = row.at("expect") == "never";
    EXPECT_EQ(cron.has_value(), never) << row;
    if (cron) {
      EXPECT_FALSE(cron->is_ever_due()) << row;
    }
  }
}

}  // namespace
}  // namespace holdfast::fleet
