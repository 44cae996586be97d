#include "store/reports/roll_ups.hpp"

#include <gmock/gmock.h>

#include "reports/roll_up_sample.hpp"
#include "reports/sample_rows.hpp"
#include "store/reports/reports.hpp"

namespace holdfast::store {
namespace {

using std::chrono::hours;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

class RollUps : public SampleTest {
 protected:
  void put(core::RollUpSpan span, const core::HostId& host, const core::RollUp& values) {
    write([&](Transaction& transaction) { put_roll_up(transaction, span, host, values); });
  }
  std::vector<core::RollUp> list(core::RollUpSpan span, const core::HostId& host, core::Time from, core::Time to) {
    return read([&](View& view) { return list_roll_ups(view, span, host, from, to); });
  }
  std::vector<core::RollUp> hours_of(const core::HostId& host) {
    return list(core::RollUpSpan::Hour, host, kMidnight - hours(1000), kMidnight + hours(1000));
  }
  std::size_t remove_before(core::RollUpSpan span, core::Time before, std::size_t limit) {
    return write([&](Transaction& transaction) { return remove_roll_ups_before(transaction, span, before, limit); });
  }
  static auto start(core::Time time) { return Field(&core::RollUp::start, time); }
};

TEST_F(RollUps, AreListedByTimeWithinABegunAndAnExcludedEnd) {
  const core::Host host = add_host_named("web1");
  const core::Host other = add_host_named("web2");
  for (int hour : {30, 2, 23, 24, -1}) put(core::RollUpSpan::Hour, host.id, full_roll_up(kMidnight + hours(hour)));
  put(core::RollUpSpan::Hour, other.id, full_roll_up(kMidnight + hours(5)));
  put(core::RollUpSpan::Day, host.id, full_roll_up(kMidnight));
  EXPECT_THAT(list(core::RollUpSpan::Hour, host.id, kMidnight, kMidnight + hours(30)),
              ElementsAre(full_roll_up(kMidnight + hours(2)), full_roll_up(kMidnight + hours(23)),
                          full_roll_up(kMidnight + hours(24))));
  EXPECT_THAT(list(core::RollUpSpan::Day, host.id, kMidnight, kMidnight + hours(1)),
              ElementsAre(full_roll_up(kMidnight)));
  EXPECT_THAT(list(core::RollUpSpan::Day, other.id, kMidnight, kMidnight + hours(1)), IsEmpty());
}

TEST_F(RollUps, ThatAreDamagedHideNoOthersAndAreWrittenAnew) {
  const core::Host host = add_host_named("web1");
  for (int hour : {2, 26, 50}) put(core::RollUpSpan::Hour, host.id, full_roll_up(kMidnight + hours(hour)));
  const std::int64_t second = std::chrono::floor<std::chrono::days>(kMidnight + hours(26)).time_since_epoch().count();
  for (const std::string damaged : {"", "\7", "\2", "\2\x7f/", "\2\0\0\x60", "not at all"}) {
    write([&](Transaction& transaction) {
      execute(transaction, "UPDATE roll_ups SET points = ? WHERE chunk = ?", Blob{damaged}, second);
    });
    EXPECT_THAT(hours_of(host.id), ElementsAre(start(kMidnight + hours(2)), start(kMidnight + hours(50)))) << damaged;
  }
  put(core::RollUpSpan::Hour, host.id, full_roll_up(kMidnight + hours(27)));
  EXPECT_THAT(hours_of(host.id),
              ElementsAre(start(kMidnight + hours(2)), start(kMidnight + hours(27)), start(kMidnight + hours(50))));
}

TEST_F(RollUps, ReplaceTheOneOfTheSameHour) {
  const core::Host host = add_host_named("web1");
  put(core::RollUpSpan::Hour, host.id, full_roll_up(kMidnight));
  put(core::RollUpSpan::Hour, host.id, full_roll_up(kMidnight + hours(1)));
  core::RollUp empty;
  empty.start = kMidnight;
  put(core::RollUpSpan::Hour, host.id, empty);
  EXPECT_THAT(hours_of(host.id), ElementsAre(empty, full_roll_up(kMidnight + hours(1))));
}

TEST_F(RollUps, OfARemovedHostAreGoneAndNotMadeAgain) {
  const core::Host host = add_host_named("web1");
  put(core::RollUpSpan::Hour, host.id, full_roll_up(kMidnight));
  write([&](Transaction& transaction) { remove_host(transaction, host.id); });
  put(core::RollUpSpan::Hour, host.id, full_roll_up(kMidnight));
  EXPECT_THAT(hours_of(host.id), IsEmpty());
}

TEST_F(RollUps, AreRemovedByWholeDaysInSteps) {
  const core::Host host = add_host_named("web1");
  for (int day = 0; day < 5; ++day) put(core::RollUpSpan::Hour, host.id, full_roll_up(kMidnight + hours(24 * day + 3)));
  put(core::RollUpSpan::Day, host.id, full_roll_up(kMidnight));
  const core::Time before = kMidnight + hours(24 * 3 + 23);
  EXPECT_EQ(remove_before(core::RollUpSpan::Hour, before, 2), 2u);
  EXPECT_EQ(remove_before(core::RollUpSpan::Hour, before, 2), 1u);
  EXPECT_EQ(remove_before(core::RollUpSpan::Hour, before, 2), 0u);
  EXPECT_THAT(hours_of(host.id), ElementsAre(start(kMidnight + hours(75)), start(kMidnight + hours(99))));
  EXPECT_EQ(list(core::RollUpSpan::Day, host.id, kMidnight, kMidnight + hours(1)).size(), 1u);
  EXPECT_EQ(remove_before(core::RollUpSpan::Day, kMidnight + hours(24 * 33), 2), 1u);
}

class OpenHours : public SampleTest {
 protected:
  void report(const core::HostId& host, core::Time time) {
    StoredReport report;
    report.host = host;
    report.at = time;
    report.received_at = kMidnight + hours(1000);
    write([&](Transaction& transaction) { add_report(transaction, report); });
  }
  std::vector<core::OpenHour> list(core::Time before, std::size_t limit = 100) {
    return read([&](View& view) { return list_open_hours(view, before, limit); });
  }
  bool close(const core::OpenHour& hour) {
    return write([&](Transaction& transaction) { return close_hour(transaction, hour); });
  }
  static auto open(const core::HostId& host, core::Time start) {
    return testing::AllOf(Field(&core::OpenHour::host, host), Field(&core::OpenHour::start, start));
  }
};

TEST_F(OpenHours, AreThoseWithReports) {
  const core::Host host = add_host_named("web1");
  const core::Host other = add_host_named("web2");
  report(host.id, kMidnight + hours(5) + std::chrono::minutes(59));
  report(host.id, kMidnight + hours(5));
  report(other.id, kMidnight + hours(2) + core::milliseconds(1));
  report(host.id, kMidnight + hours(9));
  EXPECT_THAT(list(kMidnight + hours(9)),
              ElementsAre(open(other.id, kMidnight + hours(2)), open(host.id, kMidnight + hours(5))));
  EXPECT_EQ(list(kMidnight + hours(9) + core::milliseconds(1)).size(), 3u);
  EXPECT_EQ(list(kMidnight + hours(9) + core::milliseconds(1), 1).size(), 1u);
}

TEST_F(OpenHours, AreListedOfOneHostWithinATime) {
  const core::Host host = add_host_named("web1");
  const core::Host other = add_host_named("web2");
  for (const int hour : {9, 2, 5}) report(host.id, kMidnight + hours(hour) + std::chrono::minutes(7));
  report(other.id, kMidnight + hours(3));
  const auto within = [&](core::Time from, core::Time to, std::size_t limit) {
    return read([&](View& view) { return list_open_hours_of(view, host.id, from, to, limit); });
  };
  EXPECT_THAT(within(kMidnight, kMidnight + hours(9), 10), ElementsAre(kMidnight + hours(2), kMidnight + hours(5)));
  EXPECT_THAT(within(kMidnight + hours(2), kMidnight + hours(10), 1), ElementsAre(kMidnight + hours(2)));
  EXPECT_THAT(within(kMidnight + hours(2) + core::milliseconds(1), kMidnight + hours(10), 10),
              ElementsAre(kMidnight + hours(5), kMidnight + hours(9)));
}

TEST_F(OpenHours, AreClosedUntilTheNextReport) {
  const core::Host host = add_host_named("web1");
  report(host.id, kMidnight);
  EXPECT_TRUE(close(list(kMidnight + hours(1)).at(0)));
  EXPECT_THAT(list(kMidnight + hours(1)), IsEmpty());
  report(host.id, kMidnight + std::chrono::minutes(15));
  EXPECT_THAT(list(kMidnight + hours(1)), ElementsAre(open(host.id, kMidnight)));
}

TEST_F(OpenHours, StayOpenWhenAReportCameAfterTheyWereListed) {
  const core::Host host = add_host_named("web1");
  const core::Host other = add_host_named("web2");
  report(host.id, kMidnight);
  const core::OpenHour hour = list(kMidnight + hours(1)).at(0);
  report(host.id, kMidnight + std::chrono::minutes(15));
  EXPECT_FALSE(close(hour));
  const core::OpenHour again = list(kMidnight + hours(1)).at(0);
  report(other.id, kMidnight + std::chrono::minutes(20));
  report(host.id, kMidnight + hours(1));
  EXPECT_TRUE(close(again));
}

TEST_F(OpenHours, StayOpenWhenTheReportThatCameHasTheIdOfOneThatIsGone) {
  const core::Host host = add_host_named("web1");
  const core::Host other = add_host_named("web2");
  report(host.id, kMidnight);
  report(other.id, kMidnight);
  const core::OpenHour hour = list(kMidnight + hours(1)).at(0);
  write([&](Transaction& transaction) { remove_host(transaction, other.id); });
  report(host.id, kMidnight + std::chrono::minutes(15));
  EXPECT_FALSE(close(hour));
}

TEST_F(OpenHours, OfARemovedHostAreClosed) {
  const core::Host host = add_host_named("web1");
  report(host.id, kMidnight);
  const core::OpenHour hour = list(kMidnight + hours(1)).at(0);
  write([&](Transaction& transaction) { remove_host(transaction, host.id); });
  EXPECT_THAT(list(kMidnight + hours(1)), IsEmpty());
  EXPECT_TRUE(close(hour));
}

}  // namespace
}  // namespace holdfast::store
