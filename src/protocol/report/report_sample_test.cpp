#include "report_sample.hpp"

#include <gtest/gtest.h>

#include "protocol/report/report.hpp"

namespace holdfast::protocol {
namespace {

using namespace std::chrono_literals;
using tests::sample_report;

const core::Time kAt = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 9h;

core::Report parsed(const std::string& document) {
  const auto report = parse_report(document);
  EXPECT_TRUE(report) << report.error().message << "\n" << document;
  return report.value_or(core::Report{});
}

TEST(SampleReport, IsWhatANodeSends) {
  const auto report = parsed(sample_report("acme", "nas-01", kAt, 1));
  EXPECT_EQ(report.customer_id, "acme");
  EXPECT_EQ(report.host, "nas-01");
  EXPECT_EQ(report.timestamp, kAt);
  EXPECT_EQ(report.system->disks.size(), 3U);
  EXPECT_EQ(report.containers->items.size(), 8U);
  EXPECT_LT(*report.backup->last_run, kAt);
}

TEST(SampleReport, IsTwoToFourKibibytesLong) {
  const auto size = sample_report("acme", "nas-01", kAt, 1).size();
  EXPECT_GE(size, 2048U);
  EXPECT_LE(size, 4096U);
}

TEST(SampleReport, IsAlwaysValid) {
  for (std::uint32_t i = 0; i < 100; ++i) parsed(sample_report("acme", "h" + std::to_string(i), kAt + i * 23h, i));
}

TEST(SampleReport, IsTheSameForTheSameArguments) {
  EXPECT_EQ(sample_report("acme", "nas-01", kAt, 1), sample_report("acme", "nas-01", kAt, 1));
  EXPECT_NE(sample_report("acme", "nas-01", kAt, 1), sample_report("acme", "nas-01", kAt, 2));
}

TEST(SampleReport, KeepsWhatAHostIsAndMovesItsFigures) {
  const auto now = parsed(sample_report("acme", "nas-01", kAt, 1));
  const auto later = parsed(sample_report("acme", "nas-01", kAt + 15min, 1));
  EXPECT_EQ(later.system->disks[0].uuid, now.system->disks[0].uuid);
  EXPECT_EQ(later.system->memory.total_bytes, now.system->memory.total_bytes);
  EXPECT_NE(later.system->cpu.percent, now.system->cpu.percent);
  EXPECT_NE(parsed(sample_report("acme", "nas-02", kAt, 1)).system->disks[0].uuid, now.system->disks[0].uuid);
}

TEST(SampleReport, IsPaddedToTheByte) {
  for (const std::size_t size : {4096, 4097, 65'536}) {
    const std::string document = sample_report("acme", "nas-01", kAt, 1, size);
    EXPECT_EQ(document.size(), size);
    EXPECT_EQ(parsed(document), parsed(sample_report("acme", "nas-01", kAt, 1)));
  }
  EXPECT_EQ(sample_report("acme", "nas-01", kAt, 1, 100), sample_report("acme", "nas-01", kAt, 1));
}

}  // namespace
}  // namespace holdfast::protocol
