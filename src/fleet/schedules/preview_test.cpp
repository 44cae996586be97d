#include "fleet/schedules/preview.hpp"

#include <gtest/gtest.h>

#include "text/time.hpp"

namespace holdfast::fleet {
namespace {

core::Time moment(std::string_view text) {
  return text::parse_time(text).value();
}

SchedulePreview previewed(std::string_view cron, std::string_view from) {
  const auto preview = preview_schedule(cron, "Europe/Budapest", moment(from), 3);
  EXPECT_TRUE(preview) << (preview ? "" : preview.error().message);
  return preview.value_or(SchedulePreview());
}

TEST(SchedulePreview, SaysWhatItWillDo) {
  const auto preview = previewed("15 2 * * *", "2026-11-29T12:00:00Z");
  EXPECT_EQ(preview.sentence, "Every day at 02:15");
  ASSERT_EQ(preview.runs.size(), 3u);
  EXPECT_EQ(preview.runs[0].at, moment("2026-11-30T01:15:00Z"));
  EXPECT_EQ(preview.runs[2].at, moment("2026-12-02T01:15:00Z"));
}

TEST(SchedulePreview, TellsWhichRunMeetsAChangeOfClocks) {
  const auto spring = previewed("15 2 * * *", "2026-11-29T12:00:00Z");
  ASSERT_TRUE(spring.disturbed);
  EXPECT_EQ(spring.disturbed->at, moment("2027-03-28T01:00:00Z"));
  EXPECT_EQ(spring.disturbed->change, core::ClockChange::Skipped);
  const auto autumn = previewed("15 2 * * *", "2027-04-01T12:00:00Z");
  ASSERT_TRUE(autumn.disturbed);
  EXPECT_EQ(autumn.disturbed->at, moment("2027-10-31T00:15:00Z"));
  EXPECT_EQ(autumn.disturbed->change, core::ClockChange::Repeated);
  EXPECT_FALSE(previewed("15 12 * * *", "2026-11-29T12:00:00Z").disturbed);
}

TEST(SchedulePreview, TakesBothPassesOfAnHourThatComesTwice) {
  const auto preview = previewed("*/30 2 * * *", "2027-10-31T00:20:00Z");
  ASSERT_EQ(preview.runs.size(), 3u);
  EXPECT_EQ(preview.runs[0].at, moment("2027-10-31T00:30:00Z"));
  EXPECT_EQ(preview.runs[1].at, moment("2027-10-31T01:00:00Z"));
  EXPECT_EQ(preview.runs[1].change, core::ClockChange::Repeated);
}

TEST(SchedulePreview, EndsWithTheLastMomentThatCanBeWritten) {
  const auto preview = previewed("* * * * *", "9999-12-31T23:57:30Z");
  ASSERT_EQ(preview.runs.size(), 2u);
  EXPECT_EQ(preview.runs[1].at, moment("9999-12-31T23:59:00Z"));
}

TEST(SchedulePreview, NamesTheFieldThatIsWrong) {
  const auto message = [](std::string_view cron, std::string_view zone) {
    const auto preview = preview_schedule(cron, zone, moment("2026-11-29T12:00:00Z"), 3);
    return preview ? "" : preview.error().message;
  };
  EXPECT_EQ(message("0 25 * * *", "UTC"), "cron: hour: 25 is not from 0 to 23.");
  EXPECT_EQ(message("0 0 30 2 *", "UTC"), "cron: day: there is no such day, so this would never run.");
  EXPECT_EQ(message("0 0 * * *", "Mars/Olympus"),
            "timezone: this machine knows no such time zone; it must be a name such as Europe/Budapest.");
}

}  // namespace
}  // namespace holdfast::fleet
