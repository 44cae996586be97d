#include "kit/render/filters.hpp"

#include <gtest/gtest.h>

#include "text/time.hpp"

namespace holdfast::web::filters {
namespace {

using core::seconds;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr core::Time kRendered{std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + hours(9) + minutes(42) +
                               seconds(18)};

// No-break spaces are written as _ here, to be seen.
std::string seen(std::string text) {
  for (std::size_t at = 0; (at = text.find("\u00A0", at)) != std::string::npos;) text.replace(at, 2, "_");
  return text;
}

TEST(Bytes, HaveThreeDigitsAndABinaryUnit) {
  EXPECT_EQ(seen(bytes(0)), "0_B");
  EXPECT_EQ(seen(bytes(1023)), "1023_B");
  EXPECT_EQ(seen(bytes(1024)), "1.00_KiB");
  EXPECT_EQ(seen(bytes(10'240)), "10.0_KiB");
  EXPECT_EQ(seen(bytes(102'400)), "100_KiB");
  EXPECT_EQ(seen(bytes(1'048'000)), "1.00_MiB");
  EXPECT_EQ(seen(bytes(44'238'000'000)), "41.2_GiB");
  EXPECT_EQ(seen(bytes(18446744073709551615U)), "16.0_EiB");
  EXPECT_EQ(seen(rate(71'303'168)), "68.0_MiB/s");
}

TEST(Number, HasSeparatorsForThousands) {
  EXPECT_EQ(number(0), "0");
  EXPECT_EQ(number(999), "999");
  EXPECT_EQ(number(1000), "1,000");
  EXPECT_EQ(number(1284907), "1,284,907");
}

TEST(Duration, ShowsTheTwoLargestUnitsThatMatter) {
  EXPECT_EQ(seen(duration(seconds(-5))), "0_s");
  EXPECT_EQ(seen(duration(seconds(59))), "59_s");
  EXPECT_EQ(seen(duration(seconds(162))), "2_min 42_s");
  EXPECT_EQ(seen(duration(minutes(6))), "6_min");
  EXPECT_EQ(seen(duration(minutes(51))), "51_min");
  EXPECT_EQ(seen(duration(minutes(440))), "7_h 20_min");
  EXPECT_EQ(seen(duration(hours(31))), "31_h");
  EXPECT_EQ(seen(duration(hours(76))), "3_d 4_h");
}

TEST(Ago, IsRelativeForAWeekAndThenADate) {
  EXPECT_EQ(seen(ago(kRendered - hours(31), kRendered)), "31_h ago");
  EXPECT_EQ(ago(kRendered - days(8), kRendered), "Thu 12 Nov");
  EXPECT_EQ(seen(ago(kRendered + seconds(5), kRendered)), "0_s ago");
}

TEST(Reason, TellsForHowLongAHostIsSilent) {
  using core::finding::Silence;
  const auto since = text::parse_time("2026-11-20T04:00:00Z").value();
  const auto silent = core::words_of({Silence{Silence::Missing::Report, since, {}}});
  EXPECT_EQ(seen(reason(silent, since + minutes(134))), "No report for 2_h 14_min");
  EXPECT_EQ(reason(silent, since + days(8)), "No report since Fri 20 Nov");
  const auto both = core::words_of({Silence{Silence::Missing::Agent, since, {}}, core::finding::DiskFull{"/", 91}});
  EXPECT_EQ(seen(reason(both, since + minutes(40))), "Not heard from for 40_min; disk / is 91% full");
}

TEST(Reason, LeavesAMomentThatTheHostItselfNames) {
  const auto said = core::words_of({core::finding::HostReports{false, "failing since 2026-11-20T04:00:00Z", 0}});
  EXPECT_EQ(reason(said, kRendered), "The host reports: failing since 2026-11-20T04:00:00Z");
}

TEST(Until, IsNowOnceItIsPast) {
  EXPECT_EQ(seen(until(kRendered + minutes(993), kRendered)), "in 16_h 33_min");
  EXPECT_EQ(until(kRendered, kRendered), "now");
}

TEST(Datetime, NamesItsZone) {
  EXPECT_EQ(datetime(kRendered), "Fri 20 Nov 2026, 09:42 UTC");
  EXPECT_EQ(clock(kRendered), "09:42:18");
  EXPECT_EQ(iso(kRendered), "2026-11-20T09:42:18.000Z");
}

TEST(Date, HasNoLeadingZero) {
  EXPECT_EQ(date(kRendered - days(15)), "Thu 5 Nov");
}

TEST(Plural, ChoosesTheWordByTheCount) {
  EXPECT_EQ(plural(1, "host", "hosts"), "1 host");
  EXPECT_EQ(plural(0, "host", "hosts"), "0 hosts");
  EXPECT_EQ(plural(1204, "host", "hosts"), "1,204 hosts");
}

TEST(Groups, SplitAFingerprintIntoSixteenTimesFour) {
  const auto all = groups("7f2a91c40be85d13a6604f7e2c9db1385e07fa6219cd83b4406ae1f5927c0d8b");
  ASSERT_EQ(all.size(), 16U);
  EXPECT_EQ(all.front(), "7f2a");
  EXPECT_EQ(all.back(), "0d8b");
}

}  // namespace
}  // namespace holdfast::web::filters
