#include "pages/show_host.hpp"

#include <gtest/gtest.h>

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;

const core::Time kNow = *core::parse_time("2026-11-20T09:42:18Z");

core::Report report() {
  core::Report report;
  for (const auto& [mount, percent] : {std::pair("/", 40.0), std::pair("/srv", 80.0)}) {
    auto& disk = (report.system ? *report.system : report.system.emplace()).disks.emplace_back();
    disk.mount = mount;
    disk.space.percent = percent;
  }
  return report;
}

views::Disk fullest(std::optional<core::Time> full_at) {
  const auto figures = show_figures(report(), kNow, full_at, {kNow, {}});
  EXPECT_EQ(figures.disks.at(0).outlook, "");
  return figures.disks.at(1);
}

TEST(ShowHost, the_fullest_disk_says_when_it_will_be_full) {
  EXPECT_EQ(fullest(kNow + 24h * 12).outlook, "full in about 12 days");
  EXPECT_EQ(fullest(kNow + 24h * 12).outlook_level, views::Level::Warning);
  EXPECT_EQ(fullest(kNow + 24h * 100).outlook, "full in about 100 days");
  EXPECT_EQ(fullest(kNow + 24h * 100).outlook_level, views::Level::Calm);
  EXPECT_EQ(fullest(kNow - 1h).outlook, "full in about a day");
}

TEST(ShowHost, without_a_pace_no_disk_says_when_it_will_be_full) {
  EXPECT_EQ(fullest(std::nullopt).outlook, "");
}

TEST(ShowHost, figures_are_old_from_when_silence_is_a_warning) {
  core::StatusLimits limits;
  limits.silence_down = 20min;
  EXPECT_FALSE(show_figures(report(), kNow - 9min, std::nullopt, {kNow, limits}).old);
  EXPECT_TRUE(show_figures(report(), kNow - 11min, std::nullopt, {kNow, limits}).old);
}

}  // namespace
}  // namespace holdfast::web
