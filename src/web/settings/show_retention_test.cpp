#include "settings/show_retention.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "text/time.hpp"

namespace holdfast::web {
namespace {

struct ShowRetention : testing::Test {
  std::string fact(std::string_view label, std::optional<core::Time> next = std::nullopt) {
    const auto facts = show_retention(options, next);
    const auto found = std::ranges::find(facts, label, &views::Fact::label);
    return found == facts.end() ? "" : found->value;
  }
  fleet::RecordExpiryOptions options{.prune_schedule = core::Cron::parse("30 4 * * *").value(),
                                     .zone = runtime::find_zone("Europe/Budapest").value(),
                                     .zone_name = "Europe/Budapest"};
};

TEST_F(ShowRetention, TellsTheZoneOfEachTimeOfDay) {
  EXPECT_EQ(fact("Pruned"), "Every day at 04:30 Europe/Budapest");
  EXPECT_EQ(fact("Next pruning", text::parse_time("2026-12-01T03:30:00Z")), "Tue 01 Dec 2026, 04:30 Europe/Budapest");
  EXPECT_EQ(fact("Next pruning", text::parse_time("2026-07-01T02:30:00Z")), "Wed 01 Jul 2026, 04:30 Europe/Budapest");
}

TEST_F(ShowRetention, SaysASchedule) {
  options.prune_schedule = core::Cron::parse("30 4 * * mon-fri").value();
  EXPECT_EQ(fact("Pruned"), "Weekdays at 04:30 Europe/Budapest");
}

TEST_F(ShowRetention, NamesNoNextTimeWhereThereIsNone) {
  EXPECT_EQ(fact("Next pruning"), "");
}

}  // namespace
}  // namespace holdfast::web
