#include "hosts/show_figures.hpp"

#include <gtest/gtest.h>

#include "text/time.hpp"

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;

const core::Time kMeasured = *text::parse_time("2026-11-20T09:42:18Z");

core::Report figures_report() {
  core::Report report;
  for (const auto& [mount, percent] : {std::pair("/", 40.0), std::pair("/srv", 80.0)}) {
    auto& disk = (report.system ? *report.system : report.system.emplace()).disks.emplace_back();
    disk.mount = mount;
    disk.space.percent = percent;
  }
  return report;
}

views::Disk fullest(std::optional<core::Time> full_at) {
  const auto figures = show_figures(figures_report(), kMeasured, full_at, {kMeasured, {}});
  EXPECT_EQ(figures.disks.at(1).outlook, "") << "the fullest comes first";
  return figures.disks.at(0);
}

TEST(ShowFigures, the_fullest_disk_says_when_it_will_be_full) {
  EXPECT_EQ(fullest(kMeasured + 24h * 12).outlook, "full in about 12 days");
  EXPECT_EQ(fullest(kMeasured + 24h * 12).outlook_level, views::Level::Warning);
  EXPECT_EQ(fullest(kMeasured + 24h * 100).outlook, "full in about 100 days");
  EXPECT_EQ(fullest(kMeasured + 24h * 100).outlook_level, views::Level::Calm);
  EXPECT_EQ(fullest(kMeasured - 1h).outlook, "full in about a day");
}

TEST(ShowFigures, without_a_pace_no_disk_says_when_it_will_be_full) {
  EXPECT_EQ(fullest(std::nullopt).outlook, "");
}

TEST(ShowFigures, a_disk_that_can_only_be_read_is_calm_however_full) {
  auto with_image = figures_report();
  with_image.system->disks[1].space.percent = 100;
  with_image.system->disks[1].read_only = true;
  const auto disk = show_figures(with_image, kMeasured, std::nullopt, {kMeasured, {}}).disks.at(0);
  EXPECT_EQ(disk.space.level, views::Level::Calm);
  EXPECT_EQ(disk.device, "read-only");
}

TEST(ShowFigures, a_disk_that_did_not_say_how_it_is_shows_that) {
  auto asked = figures_report();
  asked.system->disks[0].smart_status = "unknown";
  asked.system->disks[1].smart_status = "hot";
  const auto disks = show_figures(asked, kMeasured, std::nullopt, {kMeasured, {}}).disks;
  EXPECT_TRUE(disks[1].smart_unknown);
  EXPECT_EQ(disks[1].smart, "");
  EXPECT_EQ(disks[0].smart, "hot");
}

views::Container container(std::string state, std::optional<std::uint64_t> exit_code) {
  core::Report of_containers;
  auto& item = of_containers.containers.emplace().items.emplace_back();
  item.name = "web";
  item.user = "alice";
  item.state = std::move(state);
  item.exit_code = exit_code;
  return show_figures(of_containers, kMeasured, std::nullopt, {kMeasured, {}, views::Url("/hosts/1")}).containers.at(0);
}

TEST(ShowFigures, containers_lead_to_their_curves_and_say_how_they_ended) {
  EXPECT_EQ(container("running", {}).history.text(), "/hosts/1?container=alice%2Fweb");
  EXPECT_EQ(container("exited", 1).state, "Exited (1)");
  EXPECT_EQ(container("exited", 1).level, views::Level::Warning);
  EXPECT_EQ(container("exited", 0).level, views::Level::Calm);
  EXPECT_EQ(container("exited", {}).level, views::Level::Warning);
  EXPECT_EQ(container("restarting", {}).level, views::Level::Down);
}

TEST(ShowFigures, figures_are_old_from_when_silence_is_a_warning) {
  core::StatusLimits limits;
  limits.silence_warning = 10min;
  EXPECT_FALSE(show_figures(figures_report(), kMeasured - 9min, std::nullopt, {kMeasured, limits}).old);
  EXPECT_TRUE(show_figures(figures_report(), kMeasured - 11min, std::nullopt, {kMeasured, limits}).old);
}

}  // namespace
}  // namespace holdfast::web
