#include "reports/roll_up_codec.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "reports/roll_up_sample.hpp"

namespace holdfast::store {
namespace {

using std::chrono::hours;

std::optional<double> any_value() {
  if (*rc::gen::inRange(0, 3) == 0) return std::nullopt;
  return *rc::gen::inRange(-100'000, 1'000'000) / 100.0;
}

core::RollUp any_roll_up(core::Time start) {
  core::RollUp values;
  values.start = start;
  values.reports = *rc::gen::inRange<std::uint64_t>(0, 5000);
  for (auto value :
       {&core::RollUp::cpu_mean, &core::RollUp::cpu_max, &core::RollUp::memory_mean, &core::RollUp::memory_max,
        &core::RollUp::swap_max, &core::RollUp::load_mean, &core::RollUp::temperature_max, &core::RollUp::disk_max,
        &core::RollUp::containers_running, &core::RollUp::containers_total, &core::RollUp::containers_unhealthy}) {
    values.*value = any_value();
  }
  if (*rc::gen::arbitrary<bool>()) values.backup_age = std::chrono::seconds(*rc::gen::inRange(0, 100'000'000));
  for (const std::string& mount : *rc::gen::container<std::vector<std::string>>(3, rc::gen::arbitrary<std::string>())) {
    values.disks[mount] = any_value().value_or(0);
  }
  for (auto rate : {&core::RollUp::network_received, &core::RollUp::network_sent, &core::RollUp::disk_read,
                    &core::RollUp::disk_written}) {
    if (*rc::gen::arbitrary<bool>()) values.*rate = *rc::gen::inRange(0, 100'000'000) * 16.0;
  }
  for (const std::string& name : *rc::gen::container<std::vector<std::string>>(3, rc::gen::arbitrary<std::string>())) {
    values.container_use[name] = {any_value(), *rc::gen::inRange(0, 100'000'000) * 1024.0};
  }
  return values;
}

RC_GTEST_PROP(RollUpCodec, GivesBackWhatItWasGiven, (bool is_hour)) {
  const ChunkShape shape = shape_of(is_hour ? core::RollUpSpan::Hour : core::RollUpSpan::Day);
  const std::int64_t chunk = *rc::gen::inRange<std::int64_t>(-3, 30'000);
  std::vector<core::RollUp> values;
  for (std::int64_t place = 0; place < shape.points; ++place) {
    if (*rc::gen::arbitrary<bool>()) values.push_back(any_roll_up(shape.start_of(chunk) + shape.point * place));
  }
  const std::string bytes = encode_roll_ups(shape, values);
  RC_ASSERT(decode_roll_ups(shape, chunk, bytes) == values);
  for (core::RollUp& totals : values) {
    totals.disks.clear();
    totals.container_use.clear();
  }
  RC_ASSERT(decode_roll_ups(shape, chunk, bytes, core::RollUpParts::Totals) == values);
}

RC_GTEST_PROP(RollUpCodec, RefusesOrReadsAnyBytes, (std::string bytes)) {
  const ChunkShape shape = shape_of(core::RollUpSpan::Hour);
  if (*rc::gen::arbitrary<bool>()) bytes.insert(0, std::string(*rc::gen::element("\1\0", "\2\0"), 2));
  try {
    decode_roll_ups(shape, 0, bytes);
  } catch (const core::DatabaseError& error) {
    RC_ASSERT(std::string(error.what()).contains("damaged"));
  }
}

TEST(RollUpCodec, SurvivesValuesThatMakeNoSense) {
  core::RollUp values;
  values.start = kMidnight;
  values.cpu_mean = std::numeric_limits<double>::infinity();
  values.cpu_max = -1e300;
  values.memory_mean = std::nan("");
  values.reports = std::numeric_limits<std::uint64_t>::max();
  values.backup_age = std::chrono::seconds::max();
  for (int i = 0; i < 100; ++i) values.disks[std::string(200, 'm') + std::to_string(i)] = 1;
  for (int i = 0; i < 100; ++i) values.container_use[std::string(200, 'c') + std::to_string(i)] = {1, std::nan("")};
  const ChunkShape shape = shape_of(core::RollUpSpan::Hour);
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
  const auto read = decode_roll_ups(shape_of(core::RollUpSpan::Hour), 0, bytes);
  ASSERT_EQ(read.size(), 1u);
  core::RollUp expected;
  expected.start = core::Time(hours(3));
  expected.reports = 2;
  expected.disks = {{"/", 4.6}};
  EXPECT_EQ(read[0], expected);
}

TEST(RollUpCodec, NeedsFewBytes) {
  const ChunkShape shape = shape_of(core::RollUpSpan::Hour);
  std::vector<core::RollUp> values;
  for (int hour = 0; hour < 24; ++hour) {
    values.push_back(full_roll_up(kMidnight + hours(hour)));
    values.back().cpu_mean = 10 + hour * 0.37;
    values.back().backup_age = std::chrono::seconds(3600 * hour);
  }
  EXPECT_LT(encode_roll_ups(shape, values).size(), 24u * 32u);
}

}  // namespace
}  // namespace holdfast::store
