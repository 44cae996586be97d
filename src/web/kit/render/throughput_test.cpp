#include <fmt/format.h>
#include <gmock/gmock.h>

#include "kit/render/functions.hpp"

namespace holdfast::web::functions {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr core::Time kStart = core::Time(1'790'000'000s);
constexpr std::uint64_t kMiB = 1024 * 1024;

// A sample of `rate` MiB/s in each of these seconds of a job that has run for 100.
views::Throughput throughput(const std::vector<int>& seconds, std::uint64_t rate = 68) {
  views::Throughput result{kStart, kStart + 100s, 1s, {}};
  for (const int second : seconds) result.samples.push_back({kStart + second * 1s, rate * kMiB});
  return result;
}

std::vector<int> range(int from, int to) {
  std::vector<int> numbers;
  for (int i = from; i < to; ++i) numbers.push_back(i);
  return numbers;
}

TEST(ThroughputChart, IsNotDrawnOfLessThanTwoSamples) {
  EXPECT_THAT(throughput_chart(throughput({})).text(), IsEmpty());
  EXPECT_THAT(throughput_chart(throughput({99})).text(), IsEmpty());
}

TEST(ThroughputChart, GoesFromTheStartOfTheJobToNow) {
  const auto chart = throughput_chart(throughput(range(0, 100))).text();
  EXPECT_THAT(chart, HasSubstr(R"(d="M0.0 )"));
  EXPECT_THAT(chart, HasSubstr("L600.0 100L0.0 100Z"));
  EXPECT_THAT(chart, Not(HasSubstr("<rect")));
}

TEST(ThroughputChart, HatchesWhatTheHubWasNotTold) {
  auto seconds = range(50, 60);
  for (const int second : range(75, 80)) seconds.push_back(second);
  const auto chart = throughput_chart(throughput(seconds)).text();
  EXPECT_THAT(chart, HasSubstr(R"(<rect x="0.0" y="4" width="300.0")"));
  EXPECT_THAT(chart, HasSubstr(R"(<rect x="360.0" y="4" width="90.0")"));
  EXPECT_THAT(chart, HasSubstr(R"(<rect x="480.0" y="4" width="120.0")"));
}

TEST(ThroughputChart, TakesAFewSecondsWithoutProgressForNoGap) {
  EXPECT_THAT(throughput_chart(throughput({3, 9, 50, 51, 95})).text(), HasSubstr("<rect"));
  EXPECT_THAT(throughput_chart(throughput({3, 9, 18, 27, 36, 45, 54, 63, 72, 81, 90})).text(), Not(HasSubstr("<rect")));
}

TEST(ThroughputChart, StandsWhereItsSamplesDoWhenTheClocksDiffer) {
  auto early = throughput({-50, -49, 20});
  early.to = kStart - 10s;
  EXPECT_THAT(throughput_chart(early).text(), HasSubstr("M0.0 "));
}

TEST(ThroughputScale, EndsAtARoundNumber) {
  const auto scale = [](std::uint64_t rate) { return throughput_scale(throughput({1, 2}, rate)).text(); };
  const auto spans = [](std::string_view top, std::string_view middle) {
    return fmt::format("<span>{}</span><span>{}</span><span>0</span>", top, middle);
  };
  EXPECT_EQ(scale(68), spans("100\u00A0MiB/s", "50\u00A0MiB/s"));
  EXPECT_EQ(scale(100), spans("100\u00A0MiB/s", "50\u00A0MiB/s"));
  EXPECT_EQ(scale(600), spans("1\u00A0GiB/s", "0.5\u00A0GiB/s"));
  EXPECT_EQ(scale(4000), spans("5\u00A0GiB/s", "2.5\u00A0GiB/s"));
  EXPECT_EQ(scale(0), spans("1\u00A0KiB/s", "0.5\u00A0KiB/s"));
}

}  // namespace
}  // namespace holdfast::web::functions
