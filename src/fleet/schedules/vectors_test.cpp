#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>

#include "core/schedule/cron.hpp"
#include "core/schedule/retention.hpp"
#include "core/schedule/zone.hpp"
#include "text/time.hpp"

// Schedules in the time zones of this machine, by tests/data/schedules/cron.json: what other programs agree on, and
// where they do not, what docs/reference/hub.md says. Retention by retention.json: what restic 0.18.1 kept of as many
// random histories.
namespace holdfast::fleet {
namespace {

namespace json = boost::json;

json::value vectors(const std::string& name = "cron.json") {
  std::ifstream file(HOLDFAST_TEST_DATA "/schedules/" + name);
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
    EXPECT_EQ(next_of(text(row, "expression"), from, core::zone_of(*zone), row.at("next").as_array()),
              row.at("next").as_array())
        << row;
  }
}

TEST(Schedules, AreReadInEverySpellingOfTheVectors) {
  const auto utc = core::zone_of(runtime::find_zone("UTC").value());
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

core::Retention retention_of(const json::object& policy) {
  const auto count = [&](std::string_view name) {
    const auto* found = policy.if_contains(json::string_view(name.data(), name.size()));
    return found ? static_cast<int>(found->as_int64()) : 0;
  };
  const auto span = [&](std::string_view name) {
    const auto* found = policy.if_contains(json::string_view(name.data(), name.size()));
    return found ? core::parse_calendar_span(std::string(found->as_string())).value() : core::CalendarSpan();
  };
  return {.last = count("keep_last"),
          .hourly = count("keep_hourly"),
          .daily = count("keep_daily"),
          .weekly = count("keep_weekly"),
          .monthly = count("keep_monthly"),
          .yearly = count("keep_yearly"),
          .within = span("keep_within"),
          .within_hourly = span("keep_within_hourly"),
          .within_daily = span("keep_within_daily"),
          .within_weekly = span("keep_within_weekly"),
          .within_monthly = span("keep_within_monthly"),
          .within_yearly = span("keep_within_yearly")};
}

// "…+05:30"
std::chrono::minutes offset_of(std::string_view moment) {
  if (moment.ends_with('Z')) return {};
  const auto digits = moment.substr(moment.size() - 5);
  const std::chrono::minutes offset(std::stoi(std::string(digits.substr(0, 2))) * 60 +
                                    std::stoi(std::string(digits.substr(3))));
  return moment[moment.size() - 6] == '-' ? -offset : offset;
}

TEST(Retention, KeepsWhatResticKeeps) {
  const auto all = vectors("retention.json");
  const auto now = text::parse_time(text(all, "now")).value();
  for (const auto& row : all.at("cases").as_array()) {
    std::vector<core::DatedSnapshot> snapshots;
    for (const auto& time : row.at("times").as_array()) {
      const std::string moment(time.as_string());
      snapshots.push_back({std::to_string(snapshots.size()), text::parse_time(moment).value(), offset_of(moment)});
    }
    const auto kept = core::kept_by(retention_of(row.at("policy").as_object()), snapshots, now);
    json::array indexes;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      if (kept[i]) indexes.emplace_back(static_cast<std::int64_t>(i));
    }
    EXPECT_EQ(indexes, row.at("kept").as_array()) << row;
  }
}

}  // namespace
}  // namespace holdfast::fleet
