#include "hub/options.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>

#include "temporary_directory.hpp"

namespace holdfast::hub {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

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
                                                   {"HOLDFAST_ALERTING_DOWN_THRESHOLD", "3h"},
                                                   {"HOLDFAST_ALERTING_BACKUP_LIMIT", "8d"},
                                                   {"HOLDFAST_ALERTING_FAILURES_DOWN", "1"},
                                                   {"HOLDFAST_ALERTING_DISK_WARNING", "90"},
                                                   {"HOLDFAST_ALERTING_DISK_DOWN", "95"},
                                                   {"HOLDFAST_ALERTING_DISK_FULL_WITHIN", "7d"}});
  ASSERT_TRUE(options) << options.error();
  EXPECT_EQ(options->limits.silence_warning, std::chrono::hours(2));
  EXPECT_EQ(options->limits.silence_down, std::chrono::hours(3));
  EXPECT_EQ(options->limits.backup_age, std::chrono::days(8));
  EXPECT_EQ(options->limits.failures_down, 1);
  EXPECT_EQ(options->limits.disk_warning, 90);
  EXPECT_EQ(options->limits.disk_down, 95);
  EXPECT_EQ(options->limits.disk_full_within, std::chrono::days(7));
}

TEST(HubOptions, TakeTwiceTheStaleThresholdForDown) {
  const auto options = read_options(std::nullopt, {{"HOLDFAST_ALERTING_STALE_THRESHOLD", "20m"}});
  ASSERT_TRUE(options) << options.error();
  EXPECT_EQ(options->limits.silence_warning, std::chrono::minutes(20));
  EXPECT_EQ(options->limits.silence_down, std::chrono::minutes(40));
}

TEST(HubOptions, TakeATimeOfDayForTheSchedule) {
  const auto schedule_of = [](const char* text) {
    const auto options = read_options(std::nullopt, {{"HOLDFAST_RETENTION_PRUNE_SCHEDULE", text}});
    return options ? options->prune_schedule : options.error();
  };
  EXPECT_EQ(schedule_of("04:30"), "30 4 * * *");
  EXPECT_EQ(schedule_of("4:05"), "5 4 * * *");
  EXPECT_EQ(schedule_of("00:00"), "0 0 * * *");
  EXPECT_EQ(schedule_of("23:59"), "59 23 * * *");
  for (const auto* wrong : {"24:00", "04:60", "4:5", "004:30", "04:30:00", "04:30 ", "-1:30", ":30", "04:", "4.30"})
    EXPECT_THAT(schedule_of(wrong), HasSubstr("must be a time of day such as 04:30, or a schedule")) << wrong;
}

TEST(HubOptions, ListenOnAllAddressesWhereNoneIsNamed) {
  const auto listen = [](const char* text) {
    const auto options = read_options(std::nullopt, {{"HOLDFAST_SERVER_LISTEN", text}});
    return options ? fmt::format("{}|{}", options->listen_address, options->listen_port) : options.error();
  };
  EXPECT_EQ(listen(":8080"), "|8080");
  EXPECT_EQ(listen("*:8080"), "|8080");
  EXPECT_EQ(listen("[::1]:81"), "::1|81");
  EXPECT_EQ(listen("localhost:81"), "localhost|81");
  for (const auto* wrong :
       {"8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "::1:80", "http://x:80", "127.0.0.1:-1"})
    EXPECT_THAT(listen(wrong), HasSubstr("SERVER_LISTEN: must")) << wrong;
}

TEST(HubOptions, TakeSeveralAddressesOfTheHub) {
  const auto options =
      read_options(std::nullopt, {{"HOLDFAST_SERVER_PUBLIC_URL", "https://backup.example.org/, http://nas:8081"}});
  ASSERT_TRUE(options) << options.error();
  EXPECT_THAT(options->public_urls, testing::ElementsAre("https://backup.example.org", "http://nas:8081"));
  for (const auto* wrong : {"backup.example.org", "https://", "https://backup.example.org/holdfast", "ftp://x",
                            "https://u:p@x", "https://x?y", "https://x:99999", "https://*.example.org x"})
    EXPECT_THAT(error_of({{"HOLDFAST_SERVER_PUBLIC_URL", wrong}}), HasSubstr("PUBLIC_URL: must be an address such as"))
        << wrong;
}

TEST(HubOptions, RefuseWhatCannotWork) {
  EXPECT_THAT(error_of({{"HOLDFAST_SERVER_TRUSTED_PROXIES", "nginx"}}),
              HasSubstr("TRUSTED_PROXIES: must be an address"));
  EXPECT_THAT(error_of({{"HOLDFAST_API_REPORT_API_KEY", " blank at the front"}}), HasSubstr("REPORT_API_KEY: must"));
  EXPECT_THAT(error_of({{"HOLDFAST_API_REPORT_API_KEY", "two\nlines"}}), HasSubstr("REPORT_API_KEY: must"));
  EXPECT_THAT(error_of({{"HOLDFAST_SERVER_TLS_KEY", "/x"}}), HasSubstr("set both or neither"));
  EXPECT_THAT(error_of({{"HOLDFAST_AUTH_PASSWORD_HASH", "secret"}}), HasSubstr("PASSWORD_HASH: must be a bcrypt hash"));
  EXPECT_THAT(error_of({{"HOLDFAST_AUTH_DISABLED", "1"}}), HasSubstr("DISABLED: must be true or false"));
  const runtime::Environment open{{"HOLDFAST_AUTH_DISABLED", "true"}, {"HOLDFAST_SERVER_LISTEN", ":8080"}};
  EXPECT_THAT(error_of(open), HasSubstr("HOLDFAST_AUTH_DISABLED: anybody who reaches this machine"));
  auto anywhere = open;
  anywhere["HOLDFAST_AUTH_DISABLED_ANYWHERE"] = "true";
  EXPECT_THAT(error_of(anywhere), HasSubstr("set server.public_url"));
  anywhere["HOLDFAST_SERVER_PUBLIC_URL"] = "https://backup.example.org";
  EXPECT_EQ(error_of(anywhere), "");
  EXPECT_THAT(error_of({{"HOLDFAST_AUTH_DISABLED", "true"}, {"HOLDFAST_SERVER_LISTEN", "127.evil.example:80"}}),
              HasSubstr("HOLDFAST_AUTH_DISABLED: anybody who reaches 127.evil.example"));
}

TEST(HubOptions, KnowWhetherPasswordsTravelInTheClear) {
  const auto plain = [](runtime::Environment environment) {
    return is_readable_on_the_way(read_options(std::nullopt, environment).value());
  };
  EXPECT_FALSE(plain({}));
  EXPECT_TRUE(plain({{"HOLDFAST_SERVER_LISTEN", ":8080"}}));
  EXPECT_TRUE(plain({{"HOLDFAST_SERVER_LISTEN", "10.0.0.5:8080"}}));
  EXPECT_FALSE(plain({{"HOLDFAST_SERVER_LISTEN", ":8080"}, {"HOLDFAST_SERVER_TRUSTED_PROXIES", "10.0.0.1"}}));
}

TEST(HubOptions, NamePlaceAndRemedyOfKeysThatContradictEachOther) {
  const tests::TemporaryDirectory folder;
  const auto error_in = [&](std::string_view yaml) {
    std::ofstream(folder / "hub.yaml") << yaml;
    const auto error = read_options(folder / "hub.yaml", {}).error();
    return error.substr(error.find("hub.yaml"));
  };
  EXPECT_THAT(
      error_in("alerting:\n  stale_threshold: 2h\n  down_threshold: 1h\n"),
      AllOf(StartsWith("hub.yaml:2: alerting.stale_threshold: must not be above alerting.down_threshold (set at"),
            HasSubstr("hub.yaml:3: alerting.down_threshold)"), HasSubstr("twice alerting.stale_threshold")));
  EXPECT_THAT(error_in("alerting:\n  down_threshold: 10m\n"),
              StartsWith("hub.yaml:2: alerting.down_threshold: must not be below alerting.stale_threshold (which has"));
  EXPECT_THAT(error_in("alerting:\n  disk_down: 80\n"),
              StartsWith("hub.yaml:2: alerting.disk_down: must not be below"));
  EXPECT_THAT(error_in("server:\n  tls_key: /k\n"), StartsWith("hub.yaml:2: server.tls_key: belongs together with"));
  EXPECT_THAT(error_in("server:\n  listen: :80\nauth:\n  disabled: true\n"),
              StartsWith("hub.yaml:4: auth.disabled: anybody"));
}

TEST(HubOptions, RefuseLimitsThatMakeNoSense) {
  EXPECT_THAT(error_of({{"HOLDFAST_ALERTING_DOWN_THRESHOLD", "10m"}}),
              HasSubstr("HOLDFAST_ALERTING_DOWN_THRESHOLD: must not be below alerting.stale_threshold (which has its"));
  EXPECT_THAT(error_of({{"HOLDFAST_ALERTING_BACKUP_LIMIT", "0s"}}), HasSubstr("BACKUP_LIMIT: must be a duration"));
  EXPECT_THAT(error_of({{"HOLDFAST_ALERTING_STALE_THRESHOLD", "4000d"}}), HasSubstr("up to 3650d"));
  EXPECT_THAT(error_of({{"HOLDFAST_ALERTING_DISK_DOWN", "101"}}), HasSubstr("a number of percent from 1 to 100"));
  EXPECT_THAT(error_of({{"HOLDFAST_ALERTING_FAILURES_DOWN", "three"}}), HasSubstr("a number of failures from 1 to 10"));
  EXPECT_THAT(error_of({{"HOLDFAST_ALERTING_DISK_WARNING", "98"}}),
              HasSubstr("HOLDFAST_ALERTING_DISK_WARNING: must not be above alerting.disk_down"));
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
