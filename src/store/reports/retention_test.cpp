#include <gmock/gmock.h>

#include "reports/report_fixture.hpp"

namespace holdfast::store {
namespace {

using testing::ElementsAre;
using Retention = ReportsTest;

TEST_F(Retention, LeavesExactlyWhatCameLater) {
  const core::Host host = add_host_named("web1");
  const core::Host other = add_host_named("web2");
  add_many(host.id, other.id, 100);
  // Made long ago and handed in late: it stays as long as what came with it.
  StoredReport late = make_report(host.id, 1);
  late.received_at = at(60 * 99);
  add(late);
  const core::Time before = at(60 * 50) + core::milliseconds(250);
  const auto step = [&] {
    return write([&](Transaction& transaction) { return remove_reports_before(transaction, before, 20); });
  };
  EXPECT_EQ(step(), 20u);
  EXPECT_EQ(step(), 20u);
  EXPECT_EQ(step(), 10u);
  EXPECT_EQ(step(), 0u);
  EXPECT_EQ(read(count_reports), 51u);
  EXPECT_THAT(list(host.id, 0, 60 * 50), ElementsAre(made_at(1)));
  EXPECT_THAT(list(host.id, 60 * 50, 60 * 100).front(), made_at(60 * 50));
}

TEST_F(Retention, IsNotHeldUpByReportsThatCameWhileTheClockWasAhead) {
  const core::Host host = add_host_named("web1");
  for (int i = 0; i < 5; ++i) {
    StoredReport report = make_report(host.id, i);
    report.received_at = at(1'000'000);
    add(report);
  }
  for (int i = 100; i < 110; ++i) add(host.id, i);
  const auto removed =
      write([&](Transaction& transaction) { return remove_reports_before(transaction, at(1000), 10); });
  EXPECT_EQ(removed, 10u);
  EXPECT_EQ(read(count_reports), 5u);
}

TEST_F(Retention, FindsOldReportsBehindAnyNumberThatCameWhileTheClockWasAhead) {
  const core::Host host = add_host_named("web1");
  write([&](Transaction& transaction) {
    for (int i = 0; i < 50; ++i) {
      StoredReport report = make_report(host.id, i);
      report.received_at = at(1'000'000);
      add_report(transaction, report);
    }
  });
  for (int i = 100; i < 110; ++i) add(host.id, i);
  const auto left = [&](std::size_t limit) {
    return read([&](View& view) { return list_reports_left_before(view, at(109), limit); });
  };
  write([&](Transaction& transaction) { EXPECT_EQ(remove_reports_before(transaction, at(109), 10), 0u); });
  EXPECT_EQ(left(5).size(), 5u);
  EXPECT_EQ(left(100).size(), 9u);
  const auto ids = left(100);
  write([&](Transaction& transaction) { EXPECT_EQ(remove_reports(transaction, ids), 9u); });
  EXPECT_TRUE(left(100).empty());
  EXPECT_EQ(read(count_reports), 51u);
}

TEST_F(Retention, KeepsBasesAsLongAsReportsNeedThem) {
  constexpr std::int64_t kDay = 86400;
  const core::Host host = add_host_named("web1");
  for (int day = 0; day < 4; ++day) {
    renew_base(host.id, "{}", kDay * day);
    add(host.id, kDay * day + 7200, "document of day " + std::to_string(day));
  }
  const auto prune = [&](core::Time before) {
    write([&](Transaction& transaction) {
      remove_reports_before(transaction, before, 100);
      remove_bases_before(transaction, before, 100);
    });
  };
  prune(at(kDay));
  EXPECT_EQ(count("report_bases"), 4);  // what was under way when the second was made may use the first
  prune(at(kDay + 3601));
  EXPECT_EQ(count("report_bases"), 3);
  prune(at(kDay * 3 + 3601));
  EXPECT_EQ(count("report_bases"), 1);
  EXPECT_EQ(packer_.unpack(last(host.id, 9).at(0).document), "document of day 3");
  prune(at(kDay * 300));
  EXPECT_EQ(count("report_bases"), 1);
}

TEST_F(Retention, KeepsABaseThatALateReportNeeds) {
  const core::Host host = add_host_named("web1");
  renew_base(host.id, "{}", 0);
  StoredReport late = make_report(host.id, 5, "late");
  late.received_at = at(500'000);  // the clock of the hub was ahead
  add(late);
  renew_base(host.id, "{}", 90'000);
  write([&](Transaction& transaction) {
    remove_reports_before(transaction, at(400'000), 100);
    remove_bases_before(transaction, at(400'000), 100);
  });
  EXPECT_EQ(count("report_bases"), 2);
  EXPECT_EQ(packer_.unpack(last(host.id, 1).at(0).document), "late");
}

}  // namespace
}  // namespace holdfast::store
