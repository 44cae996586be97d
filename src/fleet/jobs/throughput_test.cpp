#include "fleet/jobs/throughput.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Sample = Throughput::Sample;

constexpr core::Time kStart = core::Time(1'790'000'000s);

core::JobId job(std::size_t number) {
  std::string digits = std::to_string(number);
  return core::JobId("01J" + std::string(23 - digits.size(), '0') + digits);
}

TEST(Throughput, HasASampleForEachSecondThatWasTold) {
  Throughput throughput;
  throughput.add(kStart + 100ms, 10);
  throughput.add(kStart + 1200ms, 20);
  throughput.add(kStart + 7s, 40);
  EXPECT_THAT(throughput.samples(), ElementsAre(Sample{kStart, 10}, Sample{kStart + 1s, 20}, Sample{kStart + 7s, 40}));
}

TEST(Throughput, AveragesWhatWasToldInOneStep) {
  Throughput throughput;
  throughput.add(kStart, 10);
  throughput.add(kStart + 900ms, 20);
  throughput.add(kStart - 1h, 60);  // the clock was set back
  EXPECT_THAT(throughput.samples(), ElementsAre(Sample{kStart, 30}));
}

TEST(Throughput, IsCoarserTheLongerItLasts) {
  Throughput throughput;
  for (int i = 0; i < 3600; ++i) throughput.add(kStart + i * 1s, i < 1800 ? 100 : 200);
  EXPECT_EQ(throughput.step(), 32s);
  const auto samples = throughput.samples();
  EXPECT_GT(samples.size(), Throughput::kMostSamples / 2 - 10);
  EXPECT_EQ(samples.front().bytes_per_second, 100u);
  EXPECT_EQ(samples.back().bytes_per_second, 200u);
}

RC_GTEST_PROP(Throughput, IsBoundedAndInOrder, (const std::vector<std::uint32_t>& gaps)) {
  Throughput throughput;
  core::Time now = kStart;
  for (const auto gap : gaps) throughput.add(now += core::milliseconds(gap % 100'000), gap);
  for (int i = 0; i < 500; ++i) throughput.add(now += 1s, 1);
  const auto samples = throughput.samples();
  RC_ASSERT(samples.size() <= Throughput::kMostSamples);
  RC_ASSERT(std::ranges::is_sorted(samples, std::less{}, &Sample::at));
}

TEST(Throughputs, KeepsThoseOfRunningJobsOnly) {
  Throughputs all;
  all.add(job(1), kStart, 7);
  EXPECT_THAT(all.of(job(1)).samples(), ElementsAre(Sample{kStart, 7}));
  EXPECT_THAT(all.of(job(2)).samples(), IsEmpty());
  all.remove(job(1));
  EXPECT_THAT(all.of(job(1)).samples(), IsEmpty());
}

TEST(Throughputs, HaveRoomForAnotherJobOnceOneHasFallenSilent) {
  Throughputs all;
  for (std::size_t i = 0; i < Throughputs::kMostJobs; ++i) all.add(job(i), kStart, 7);
  all.add(job(5000), kStart, 7);
  EXPECT_THAT(all.of(job(5000)).samples(), IsEmpty());
  for (std::size_t i = 1; i < Throughputs::kMostJobs; ++i) all.add(job(i), kStart + 20min, 7);
  all.add(job(5000), kStart + 20min, 7);
  EXPECT_THAT(all.of(job(5000)).samples(), SizeIs(1));
  EXPECT_THAT(all.of(job(0)).samples(), IsEmpty());
}

}  // namespace
}  // namespace holdfast::fleet
