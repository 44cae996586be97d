#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "kit/render/functions.hpp"

namespace holdfast::web::functions {
namespace {

using testing::HasSubstr;
using testing::Not;

const double kNan = std::nan("");

views::Chart drawn_chart(std::vector<double> shares) {
  views::Chart chart;
  chart.lines = {{"busy", std::move(shares), {}}};
  return chart;
}

TEST(Charts, a_line_is_broken_where_a_value_is_missing) {
  const auto svg = chart_drawing(drawn_chart({0, 0.5, kNan, 1, 1})).text();
  EXPECT_THAT(svg, HasSubstr("d=\"M0.0 100.0L150.0 50.0M450.0 0.0L600.0 0.0\""));
}

TEST(Charts, an_area_is_closed_below_each_stretch_of_its_line) {
  EXPECT_THAT(chart_drawing(drawn_chart({0, 0.5, kNan, 1, 1})).text(),
              HasSubstr("d=\"M0.0 100.0L150.0 50.0V100H0.0ZM450.0 0.0L600.0 0.0V100H450.0Z\""));
}

TEST(Charts, a_value_that_stands_alone_is_still_seen) {
  EXPECT_THAT(chart_drawing(drawn_chart({kNan, 0.5, kNan})).text(), HasSubstr("M300.0 50.0h3"));
}

TEST(Charts, values_beyond_the_scale_stay_inside_the_drawing) {
  EXPECT_THAT(chart_drawing(drawn_chart({-1, 2})).text(), HasSubstr("M0.0 100.0L600.0 0.0"));
}

TEST(Charts, gaps_and_limits_are_drawn_when_there_are_some) {
  auto view = drawn_chart({0.1, 0.2});
  EXPECT_THAT(chart_drawing(view).text(), Not(HasSubstr("class=\"gap\"")));
  EXPECT_THAT(chart_drawing(view).text(), Not(HasSubstr("class=\"lm\"")));
  view.gaps = {{0.25, 0.5}};
  view.limit = 0.5;
  EXPECT_THAT(chart_drawing(view).text(), HasSubstr(R"(<rect class="gap" x="25.00%" width="25.00%" height="100%"/>)"));
  EXPECT_THAT(chart_drawing(view).text(), HasSubstr(R"(<path class="lm" d="M0 50.0H600"/>)"));
}

views::RecoveryPoint recovery(core::seconds age) {
  const core::Time now(std::chrono::hours(1000));
  return {now - age, std::chrono::hours(20), now};
}

TEST(Charts, the_ruler_ends_at_the_tick_where_the_age_is_the_limit) {
  const auto svg = ruler(recovery(std::chrono::hours(20))).text();
  EXPECT_THAT(svg, HasSubstr("class=\"ruler ok\""));
  EXPECT_THAT(svg, HasSubstr(R"(<path class="fill" d="M2 4H62"/><path class="tick" d="M64 0v8"/>)"));
}

TEST(Charts, the_ruler_goes_to_one_and_a_half_times_the_limit) {
  EXPECT_THAT(ruler(recovery(std::chrono::hours(10))).text(), HasSubstr("M2 4H30"));
  EXPECT_THAT(ruler(recovery(std::chrono::hours(30))).text(), HasSubstr("M2 4H94"));
  EXPECT_THAT(ruler(recovery(std::chrono::hours(900))).text(), HasSubstr("M2 4H94"));
  EXPECT_THAT(ruler(recovery(std::chrono::seconds(1))).text(), HasSubstr("M2 4H2\""));
}

TEST(Charts, the_ruler_is_hatched_past_the_limit_and_says_what_that_is) {
  EXPECT_THAT(ruler(recovery(std::chrono::hours(21))).text(), HasSubstr("class=\"ruler warn\""));
  EXPECT_THAT(ruler(recovery(std::chrono::hours(41))).text(), HasSubstr("class=\"ruler down\""));
  EXPECT_THAT(ruler(recovery(std::chrono::hours(1))).text(), HasSubstr("<title>Limit 20\u00a0h</title>"));
  auto without = recovery(std::chrono::hours(1));
  without.limit.reset();
  EXPECT_TRUE(ruler(without).empty());
}

TEST(Charts, a_spark_of_nothing_is_nothing) {
  EXPECT_TRUE(spark({}).empty());
  EXPECT_THAT(spark({10, kNan, 20}).text(), Not(HasSubstr("nan")));
}

TEST(Charts, cells_name_their_host_and_escape_it) {
  EXPECT_EQ(cell({"01JD", "web-01", views::CellMark::Ok, {}}).text(), "<p id=c01JD title=web-01></p>");
  EXPECT_EQ(cell({"01JD", "a\"><script>", views::CellMark::Down, {"it's off"}}).text(),
            "<p id=c01JD class=d title=\"a&quot;&gt;&lt;script&gt;: it&#39;s off\"></p>");
  EXPECT_EQ(cell({"x onclick=y", "n", views::CellMark::Ok, {}}).text(), "<p id=cxonclicky title=n></p>");
  EXPECT_EQ(cell({"01JD", "", views::CellMark::Ok, {}}).text(), "<p id=c01JD title=\"\"></p>");
}

TEST(Charts, a_run_strip_draws_each_kind_of_run_once) {
  views::RunStrip strip;
  strip.runs.assign(13, views::Run::Succeeded);
  strip.runs.push_back(views::Run::Failed);
  const auto svg = run_strip(strip).text();
  EXPECT_THAT(svg, HasSubstr("aria-label=\"Last runs: 13 succeeded, 1 failed\""));
  EXPECT_THAT(svg, HasSubstr(R"(<path class="r-fail" d="M78 12h4v8h-4z"/>)"));
  EXPECT_LT(svg.size(), 600U);
}

TEST(Charts, an_age_is_coloured_by_its_share_of_the_limit) {
  const core::Time now(std::chrono::hours(1000));
  const auto age = [&](int hours) {
    return recovery_age({now - std::chrono::hours(hours), std::chrono::hours(26), now}).text();
  };
  EXPECT_THAT(age(25), Not(HasSubstr("class")));
  EXPECT_THAT(age(27), HasSubstr("c-warn"));
  EXPECT_THAT(age(53), HasSubstr("c-down"));
  EXPECT_THAT(recovery_age({now - std::chrono::hours(500), std::nullopt, now}).text(), Not(HasSubstr("class")));
}

}  // namespace
}  // namespace holdfast::web::functions
