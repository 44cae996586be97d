#include "hub/options.hpp"

#include <gmock/gmock.h>

namespace holdfast::hub {
namespace {

using testing::HasSubstr;

std::string error_of(const runtime::Environment& environment) {
  const auto options = read_options(std::nullopt, environment);
  return options ? "" : options.error();
}

TEST(HubOptions, TakeAScheduleAndATimeZone) {
  const auto options = read_options(std::nullopt, {{"HOLDFAST_RETENTION_PRUNE_SCHEDULE", "30 4 * * mon-fri"},
                                                   {"HOLDFAST_RETENTION_TIMEZONE", "America/New_York"}});
  ASSERT_TRUE(options) << options.error();
  EXPECT_EQ(options->prune_schedule, "30 4 * * mon-fri");
  EXPECT_EQ(options->timezone, "America/New_York");
}

TEST(HubOptions, TakeTheLimitsOfTheStatus) {
  const auto options = read_options(std::nullopt, {{"HOLDFAST_ALERTING_STALE_THRESHOLD", "2h"},
                                                   {"HOLDFAST_ALERTING_STALE_WARNING", "45m"},
                                                   {"HOLDFAST_ALERTING_BACKUP_LIMIT", "8d"},
                                                   {"HOLDFAST_ALERTING_FAILURES_DOWN", "1"},
                                                   {"HOLDFAST_ALERTING_DISK_WARNING", "90"},
                                                   {"HOLDFAST_ALERTING_DISK_DOWN", "95"},
                                                   {"HOLDFAST_ALERTING_DISK_FULL_WITHIN", "7d"}});
  ASSERT_TRUE(options) << options.error();
  EXPECT_EQ(options->limits.silence_down, std::chrono::hours(2));
  EXPECT_EQ(options->limits.silence_warning, std::chrono::minutes(45));
  EXPECT_EQ(options->limits.backup_age, std::chrono::days(8));
  EXPECT_EQ(options->limits.failures_down, 1);
  EXPECT_EQ(options->limits.disk_warning, 90);
  EXPECT_EQ(options->limits.disk_down, 95);
  EXPECT_EQ(options->limits.disk_full_within, std::chrono::days(7));
}

TEST(HubOptions, RefuseLimitsThatMakeNoSense) {
  EXPECT_THAT(error_of({{"HOLDFAST_ALERTING_BACKUP_LIMIT", "0s"}}), HasSubstr("BACKUP_LIMIT: must be a duration"));
  EXPECT_THAT(error_of({{"HOLDFAST_ALERTING_STALE_THRESHOLD", "4000d"}}), HasSubstr("up to 3650d"));
  EXPECT_THAT(error_of({{"HOLDFAST_ALERTING_DISK_DOWN", "101"}}), HasSubstr("a number of percent from 1 to 100"));
  EXPECT_THAT(error_of({{"HOLDFAST_ALERTING_FAILURES_DOWN", "three"}}), HasSubstr("a number of failures from 1 to 10"));
  EXPECT_THAT(error_of({{"HOLDFAST_ALERTING_DISK_WARNING", "98"}}),
              HasSubstr("alerting.disk_warning must not be above"));
}

TEST(HubOptions, RefuseASchedule) {
  EXPECT_THAT(error_of({{"HOLDFAST_RETENTION_PRUNE_SCHEDULE", "0 3 * *"}}), HasSubstr("schedule: it has 4 fields"));
  EXPECT_THAT(error_of({{"HOLDFAST_RETENTION_PRUNE_SCHEDULE", "0 25 * * *"}}),
              HasSubstr("hour: 25 is not from 0 to 23"));
  EXPECT_THAT(error_of({{"HOLDFAST_RETENTION_PRUNE_SCHEDULE", "0 3 31 2 *"}}), HasSubstr("is never due"));
}

TEST(HubOptions, RefuseATimeZoneThatIsNone) {
  for (const auto* name : {"Europe/Atlantis", "+01:00", "../../etc/passwd"}) {
    EXPECT_THAT(error_of({{"HOLDFAST_RETENTION_TIMEZONE", name}}), HasSubstr("must be the name of a time zone"))
        << name;
  }
}

TEST(HubOptions, HaveDefaultsThatWouldBeTaken) {
  const Options defaults;
  EXPECT_EQ(error_of({{"HOLDFAST_RETENTION_PRUNE_SCHEDULE", defaults.prune_schedule},
                      {"HOLDFAST_RETENTION_TIMEZONE", defaults.timezone}}),
            "");
}

}  // namespace
}  // namespace holdfast::hub
