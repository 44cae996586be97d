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
