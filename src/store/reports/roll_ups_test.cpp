#include "store/reports/roll_ups.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "reports/roll_up_codec.hpp"
#include "reports/sample_rows.hpp"
#include "store/reports/reports.hpp"

namespace holdfast::store {
namespace {

using std::chrono::hours;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

const core::Time kMidnight = at(1'789'948'800);  // 2026-09-21

RollUp full_roll_up(core::Time start) {
  RollUp values;
  values.start = start;
  values.reports = 4;
  values.cpu_mean = 12.34;
  values.cpu_max = 100;
  values.memory_mean = 55.5;
  values.memory_max = 60.01;
  values.swap_max = 0;
  values.load_mean = 0.07;
  values.temperature_max = -3.5;
  values.disk_max = 97.99;
  values.disks = {{"/", 61.23}, {"/srv", 97.99}};
  values.containers_running = 11;
  values.containers_total = 12;
  values.containers_unhealthy = 1;
  values.backup_age = std::chrono::seconds(86399);
  values.network_received = 1'600'000;
  values.network_sent = 32;
  values.disk_read = 0;
  values.disk_written = 16 * 1e9;
  values.container_use = {{"db", {112.4, 692'060'160.0}}, {"web", {3.7, std::nullopt}}};
  return values;
}

std::optional<double> any_value() {
  if (*rc::gen::inRange(0, 3) == 0) return std::nullopt;
  return *rc::gen::inRange(-100'000, 1'000'000) / 100.0;
}

RollUp any_roll_up(core::Time start) {
  RollUp values;
  values.start = start;
  values.reports = *rc::gen::inRange<std::uint64_t>(0, 5000);
  for (auto value : {&RollUp::cpu_mean, &RollUp::cpu_max, &RollUp::memory_mean, &RollUp::memory_max, &RollUp::swap_max,
                     &RollUp::load_mean, &RollUp::temperature_max, &RollUp::disk_max, &RollUp::containers_running,
                     &RollUp::containers_total, &RollUp::containers_unhealthy}) {
    values.*value = any_value();
  }
  if (*rc::gen::arbitrary<bool>()) values.backup_age = std::chrono::seconds(*rc::gen::inRange(0, 100'000'000));
  for (const std::string& mount : *rc::gen::container<std::vector<std::string>>(3, rc::gen::arbitrary<std::string>())) {
    values.disks[mount] = any_value().value_or(0);
  }
  for (auto rate : {&RollUp::network_received, &RollUp::network_sent, &RollUp::disk_read, &RollUp::disk_written}) {
    if (*rc::gen::arbitrary<bool>()) values.*rate = *rc::gen::inRange(0, 100'000'000) * 16.0;
  }
  for (const std::string& name : *rc::gen::container<std::vector<std::string>>(3, rc::gen::arbitrary<std::string>())) {
    values.container_use[name] = {any_value(), *rc::gen::inRange(0, 100'000'000) * 1024.0};
  }
  return values;
}

RC_GTEST_PROP(RollUpCodec, GivesBackWhatItWasGiven, (bool is_hour)) {
  const ChunkShape shape = shape_of(is_hour ? RollUpSpan::Hour : RollUpSpan::Day);
  const std::int64_t chunk = *rc::gen::inRange<std::int64_t>(-3, 30'000);
  std::vector<RollUp> values;
  for (std::int64_t place = 0; place < shape.points; ++place) {
    if (*rc::gen::arbitrary<bool>()) values.push_back(any_roll_up(shape.start_of(chunk) + shape.point * place));
  }
  const std::string bytes = encode_roll_ups(shape, values);
  RC_ASSERT(decode_roll_ups(shape, chunk, bytes) == values);
  for (RollUp& totals : values) {
    totals.disks.clear();
    totals.container_use.clear();
  }
  RC_ASSERT(decode_roll_ups(shape, chunk, bytes, RollUpParts::Totals) == values);
}

RC_GTEST_PROP(RollUpCodec, RefusesOrReadsAnyBytes, (std::string bytes)) {
  const ChunkShape shape = shape_of(RollUpSpan::Hour);
  if (*rc::gen::arbitrary<bool>()) bytes.insert(0, std::string(*rc::gen::element("\1\0", "\2\0"), 2));
  try {
    decode_roll_ups(shape, 0, bytes);
  } catch (const DatabaseError& error) {
    RC_ASSERT(std::string(error.what()).contains("damaged"));
  }
}

TEST(RollUpCodec, SurvivesValuesThatMakeNoSense) {
  RollUp values;
  values.start = kMidnight;
  values.cpu_mean = std::numeric_limits<double>::infinity();
  values.cpu_max = -1e300;
  values.memory_mean = std::nan("");
  values.reports = std::numeric_limits<std::uint64_t>::max();
  values.backup_age = std::chrono::seconds::max();
  for (int i = 0; i < 100; ++i) values.disks[std::string(200, 'm') + std::to_string(i)] = 1;
  for (int i = 0; i < 100; ++i) values.container_use[std::string(200, 'c') + std::to_string(i)] = {1, std::nan("")};
  const ChunkShape shape = shape_of(RollUpSpan::Hour);
  const auto read = decode_roll_ups(shape, shape.chunk_of(kMidnight), encode_roll_ups(shape, {values}));
  ASSERT_EQ(read.size(), 1u);
  EXPECT_GT(*read[0].cpu_mean, 1e10);
  EXPECT_LT(*read[0].cpu_max, -1e10);
  EXPECT_EQ(read[0].memory_mean, std::nullopt);
  EXPECT_EQ(read[0].disks.size(), 16u);
  EXPECT_EQ(read[0].container_use.size(), 16u);
}

// As they were stored before there were rates and containers: one hour with two reports and a mount.
TEST(RollUpCodec, ReadsWhatWasStoredBeforeThereWereRates) {
  const std::string bytes("\1\1\1/\3\5\0\0\0\0\0\0\0\0\0\0\0\0\x99\7", 20);
  const auto read = decode_roll_ups(shape_of(RollUpSpan::Hour), 0, bytes);
  ASSERT_EQ(read.size(), 1u);
  RollUp expected;
  expected.start = core::Time(hours(3));
  expected.reports = 2;
  expected.disks = {{"/", 4.6}};
  EXPECT_EQ(read[0], expected);
}

TEST(RollUpCodec, NeedsFewBytes) {
  const ChunkShape shape = shape_of(RollUpSpan::Hour);
  std::vector<RollUp> values;
  for (int hour = 0; hour < 24; ++hour) {
    values.push_back(full_roll_up(kMidnight + hours(hour)));
    values.back().cpu_mean = 10 + hour * 0.37;
    values.back().backup_age = std::chrono::seconds(3600 * hour);
  }
  EXPECT_LT(encode_roll_ups(shape, values).size(), 24u * 32u);
}

class RollUps : public SampleTest {
 protected:
  void put(RollUpSpan span, const core::HostId& host, const RollUp& values) {
    write([&](Transaction& transaction) { put_roll_up(transaction, span, host, values); });
  }
  std::vector<RollUp> list(RollUpSpan span, const core::HostId& host, core::Time from, core::Time to) {
    return read([&](View& view) { return list_roll_ups(view, span, host, from, to); });
  }
  std::vector<RollUp> hours_of(const core::HostId& host) {
    return list(RollUpSpan::Hour, host, kMidnight - hours(1000), kMidnight + hours(1000));
  }
  std::size_t remove_before(RollUpSpan span, core::Time before, std::size_t limit) {
    return write([&](Transaction& transaction) { return remove_roll_ups_before(transaction, span, before, limit); });
  }
  static auto start(core::Time time) { return Field(&RollUp::start, time); }
};

TEST_F(RollUps, AreListedByTimeWithinABegunAndAnExcludedEnd) {
  const Host host = add_host_named("web1");
  const Host other = add_host_named("web2");
  for (int hour : {30, 2, 23, 24, -1}) put(RollUpSpan::Hour, host.id, full_roll_up(kMidnight + hours(hour)));
  put(RollUpSpan::Hour, other.id, full_roll_up(kMidnight + hours(5)));
  put(RollUpSpan::Day, host.id, full_roll_up(kMidnight));
  EXPECT_THAT(list(RollUpSpan::Hour, host.id, kMidnight, kMidnight + hours(30)),
              ElementsAre(full_roll_up(kMidnight + hours(2)), full_roll_up(kMidnight + hours(23)),
                          full_roll_up(kMidnight + hours(24))));
  EXPECT_THAT(list(RollUpSpan::Day, host.id, kMidnight, kMidnight + hours(1)), ElementsAre(full_roll_up(kMidnight)));
  EXPECT_THAT(list(RollUpSpan::Day, other.id, kMidnight, kMidnight + hours(1)), IsEmpty());
}

TEST_F(RollUps, ThatAreDamagedHideNoOthersAndAreWrittenAnew) {
  const Host host = add_host_named("web1");
  for (int hour : {2, 26, 50}) put(RollUpSpan::Hour, host.id, full_roll_up(kMidnight + hours(hour)));
  const std::int64_t second = shape_of(RollUpSpan::Hour).chunk_of(kMidnight + hours(26));
  for (const std::string damaged : {"", "\7", "\2", "\2\x7f/", "\2\0\0\x60", "not at all"}) {
    write([&](Transaction& transaction) {
      connection_of(transaction).run("UPDATE roll_ups SET points = ? WHERE chunk = ?", Blob{damaged}, second);
    });
    EXPECT_THAT(hours_of(host.id), ElementsAre(start(kMidnight + hours(2)), start(kMidnight + hours(50)))) << damaged;
  }
  put(RollUpSpan::Hour, host.id, full_roll_up(kMidnight + hours(27)));
  EXPECT_THAT(hours_of(host.id),
              ElementsAre(start(kMidnight + hours(2)), start(kMidnight + hours(27)), start(kMidnight + hours(50))));
}

TEST_F(RollUps, ReplaceTheOneOfTheSameHour) {
  const Host host = add_host_named("web1");
  put(RollUpSpan::Hour, host.id, full_roll_up(kMidnight));
  put(RollUpSpan::Hour, host.id, full_roll_up(kMidnight + hours(1)));
  RollUp empty;
  empty.start = kMidnight;
  put(RollUpSpan::Hour, host.id, empty);
  EXPECT_THAT(hours_of(host.id), ElementsAre(empty, full_roll_up(kMidnight + hours(1))));
}

TEST_F(RollUps, OfARemovedHostAreGoneAndNotMadeAgain) {
  const Host host = add_host_named("web1");
  put(RollUpSpan::Hour, host.id, full_roll_up(kMidnight));
  write([&](Transaction& transaction) { remove_host(transaction, host.id); });
  put(RollUpSpan::Hour, host.id, full_roll_up(kMidnight));
  EXPECT_THAT(hours_of(host.id), IsEmpty());
}

TEST_F(RollUps, AreRemovedByWholeDaysInSteps) {
  const Host host = add_host_named("web1");
  for (int day = 0; day < 5; ++day) put(RollUpSpan::Hour, host.id, full_roll_up(kMidnight + hours(24 * day + 3)));
  put(RollUpSpan::Day, host.id, full_roll_up(kMidnight));
  const core::Time before = kMidnight + hours(24 * 3 + 23);
  EXPECT_EQ(remove_before(RollUpSpan::Hour, before, 2), 2u);
  EXPECT_EQ(remove_before(RollUpSpan::Hour, before, 2), 1u);
  EXPECT_EQ(remove_before(RollUpSpan::Hour, before, 2), 0u);
  EXPECT_THAT(hours_of(host.id), ElementsAre(start(kMidnight + hours(75)), start(kMidnight + hours(99))));
  EXPECT_EQ(list(RollUpSpan::Day, host.id, kMidnight, kMidnight + hours(1)).size(), 1u);
  EXPECT_EQ(remove_before(RollUpSpan::Day, kMidnight + hours(24 * 33), 2), 1u);
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
  std::vector<OpenHour> list(core::Time before, std::size_t limit = 100) {
    return read([&](View& view) { return list_open_hours(view, before, limit); });
  }
  bool close(const OpenHour& hour) {
    return write([&](Transaction& transaction) { return close_hour(transaction, hour); });
  }
  static auto open(const core::HostId& host, core::Time start) {
    return testing::AllOf(Field(&OpenHour::host, host), Field(&OpenHour::start, start));
  }
};

TEST_F(OpenHours, AreThoseWithReports) {
  const Host host = add_host_named("web1");
  const Host other = add_host_named("web2");
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
  const Host host = add_host_named("web1");
  const Host other = add_host_named("web2");
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
  const Host host = add_host_named("web1");
  report(host.id, kMidnight);
  EXPECT_TRUE(close(list(kMidnight + hours(1)).at(0)));
  EXPECT_THAT(list(kMidnight + hours(1)), IsEmpty());
  report(host.id, kMidnight + std::chrono::minutes(15));
  EXPECT_THAT(list(kMidnight + hours(1)), ElementsAre(open(host.id, kMidnight)));
}

TEST_F(OpenHours, StayOpenWhenAReportCameAfterTheyWereListed) {
  const Host host = add_host_named("web1");
  const Host other = add_host_named("web2");
  report(host.id, kMidnight);
  const OpenHour hour = list(kMidnight + hours(1)).at(0);
  report(host.id, kMidnight + std::chrono::minutes(15));
  EXPECT_FALSE(close(hour));
  const OpenHour again = list(kMidnight + hours(1)).at(0);
  report(other.id, kMidnight + std::chrono::minutes(20));
  report(host.id, kMidnight + hours(1));
  EXPECT_TRUE(close(again));
}

TEST_F(OpenHours, StayOpenWhenTheReportThatCameHasTheIdOfOneThatIsGone) {
  const Host host = add_host_named("web1");
  const Host other = add_host_named("web2");
  report(host.id, kMidnight);
  report(other.id, kMidnight);
  const OpenHour hour = list(kMidnight + hours(1)).at(0);
  write([&](Transaction& transaction) { remove_host(transaction, other.id); });
  report(host.id, kMidnight + std::chrono::minutes(15));
  EXPECT_FALSE(close(hour));
}

TEST_F(OpenHours, OfARemovedHostAreClosed) {
  const Host host = add_host_named("web1");
  report(host.id, kMidnight);
  const OpenHour hour = list(kMidnight + hours(1)).at(0);
  write([&](Transaction& transaction) { remove_host(transaction, host.id); });
  EXPECT_THAT(list(kMidnight + hours(1)), IsEmpty());
  EXPECT_TRUE(close(hour));
}

}  // namespace
}  // namespace holdfast::store
