#include "store/reports/reports.hpp"

#include <gmock/gmock.h>

#include "reports/report_fixture.hpp"

namespace holdfast::store {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

using Reports = ReportsTest;
using ReportBases = ReportsTest;
using Samples = ReportsTest;

TEST_F(Reports, AreFoundAsTheyCame) {
  const core::Host host = add_host_named("web1");
  const std::string document = tests::sample_report("acme", "web1", at(100), 1);
  StoredReport report = make_report(host.id, 100, document);
  report.clock_ahead = true;
  EXPECT_TRUE(add(report));
  const StoredReport found = last(host.id, 1).at(0);
  EXPECT_EQ(found.host, host.id);
  EXPECT_EQ(found.at, report.at);
  EXPECT_EQ(found.received_at, report.received_at);
  EXPECT_TRUE(found.clock_ahead);
  EXPECT_EQ(packer_.unpack(found.document), document);
  const auto by_id = read([&](View& view) { return find_report(view, found.id); });
  EXPECT_EQ(by_id->at, found.at);
  EXPECT_FALSE(read([&](View& view) { return find_report(view, found.id + 1); }));
  EXPECT_EQ(read([&](View& view) { return find_report(view, host.id, found.at); })->id, found.id);
  EXPECT_FALSE(read([&](View& view) { return find_report(view, host.id, found.received_at + std::chrono::hours(1)); }));
}

TEST_F(Reports, AreOneForEachHostAndMoment) {
  const core::Host host = add_host_named("web1");
  const core::Host other = add_host_named("web2");
  EXPECT_TRUE(add(host.id, 100, "first"));
  EXPECT_FALSE(add(host.id, 100, "second"));
  EXPECT_TRUE(add(other.id, 100, "third"));
  EXPECT_EQ(packer_.unpack(last(host.id, 9).at(0).document), "first");
  EXPECT_EQ(read(count_reports), 2u);
}

TEST_F(Reports, OfNoHostAreAnError) {
  EXPECT_THROW(add(make_id<core::HostId>(1), 100), core::DatabaseError);
  EXPECT_EQ(read(count_reports), 0u);
}

TEST_F(Reports, AreListedByTheirTimeWhateverTheOrderInWhichTheyCame) {
  const core::Host host = add_host_named("web1");
  const core::Host other = add_host_named("web2");
  for (std::int64_t seconds : {300, 100, 400, 200}) add(host.id, seconds);
  add(other.id, 250);
  EXPECT_THAT(list(host.id, 100, 400), ElementsAre(made_at(100), made_at(200), made_at(300)));
  EXPECT_THAT(list(host.id, 100, 400, 2), ElementsAre(made_at(100), made_at(200)));
  EXPECT_THAT(last(host.id, 3), ElementsAre(made_at(400), made_at(300), made_at(200)));
  EXPECT_THAT(list(host.id, 401, 900), IsEmpty());
}

TEST_F(Reports, AreListedAsMomentsWithoutTheirDocuments) {
  const core::Host host = add_host_named("web1");
  for (std::int64_t seconds : {300, 100, 200}) add(host.id, seconds);
  StoredReport ahead = make_report(host.id, 400);
  ahead.clock_ahead = true;
  add(ahead);
  const std::vector<StoredReport> reports = last(host.id, 3);
  const auto moments = read([&](View& view) { return last_moments(view, host.id, 3); });
  ASSERT_EQ(moments.size(), reports.size());
  for (std::size_t i = 0; i < moments.size(); ++i) {
    EXPECT_EQ(moments[i].at, reports[i].at);
    EXPECT_EQ(moments[i].received_at, reports[i].received_at);
    EXPECT_EQ(moments[i].clock_ahead, reports[i].clock_ahead);
  }
}

TEST_F(Reports, LeaveWithTheirHost) {
  const core::Host host = add_host_named("web1");
  const core::Host other = add_host_named("web2");
  renew_base(host.id, "{}", 0);
  add_many(host.id, other.id, 10);
  write([&](Transaction& transaction) { remove_host(transaction, host.id); });
  for (const char* table : {"reports", "open_hours", "host_state"}) {
    EXPECT_EQ(count(std::string(table) + " WHERE host NOT IN (SELECT id FROM hosts)"), 0) << table;
  }
  EXPECT_EQ(count("report_bases"), 0);
  EXPECT_EQ(read(count_reports), 5u);
}

TEST_F(Reports, OfOneHostAreRemovedInSteps) {
  const core::Host host = add_host_named("web1");
  const core::Host other = add_host_named("web2");
  add_many(host.id, other.id, 10);
  const auto remove = [&] {
    return write([&](Transaction& transaction) { return remove_reports_of(transaction, host.id, 3); });
  };
  EXPECT_EQ(remove(), 3u);
  EXPECT_THAT(list(host.id, 0, 6000), ElementsAre(made_at(360), made_at(480)));
  EXPECT_EQ(remove(), 2u);
  EXPECT_EQ(remove(), 0u);
  EXPECT_EQ(last(other.id, 9).size(), 5u);
}

TEST_F(ReportBases, AreReadWithTheReportsThatNeedThem) {
  const core::Host host = add_host_named("web1");
  std::vector<std::string> documents;
  for (int i = 0; i < 4; ++i) documents.push_back(tests::sample_report("acme", "web1", at(900 * i), 1));
  add(host.id, 0, documents[0]);
  renew_base(host.id, documents[0], 0);
  add(host.id, 900, documents[1]);
  renew_base(host.id, documents[1], 86400);
  add(host.id, 1800, documents[2]);
  const std::vector<StoredReport> reports = list(host.id, 0, 9000);
  ASSERT_EQ(reports.size(), 3u);
  for (std::size_t i = 0; i < reports.size(); ++i) {
    EXPECT_EQ(reports[i].document.base, static_cast<std::int64_t>(i));
    EXPECT_EQ(Packer().unpack(reports[i].document), documents[i]);
  }
}

TEST_F(ReportBases, AreLoadedNewestOfEachHost) {
  const core::Host host = add_host_named("web1");
  const core::Host other = add_host_named("web2");
  renew_base(host.id, "first", 0);
  renew_base(host.id, "second", 86400);
  renew_base(other.id, "third", 5);
  const std::vector<ReportBase> bases = read(list_newest_bases);
  ASSERT_EQ(bases.size(), 2u);
  const ReportBase& base = bases[bases[0].host == host.id ? 0 : 1];
  EXPECT_EQ(base.number, 2);
  EXPECT_EQ(base.made_at, at(86400));
  EXPECT_EQ(packer_.unpack(base.document), "second");
}

TEST_F(ReportBases, OfTwoBasesWithTheSameNumberTheFirstIsKept) {
  const core::Host host = add_host_named("web1");
  renew_base(host.id, "first", 0);
  const ReportBase other = *Packer().next_base(host.id, "other", at(5));
  EXPECT_EQ(other.number, 1);
  EXPECT_FALSE(write([&](Transaction& transaction) { return add_base(transaction, other); }));
  const auto kept = read([&](View& view) { return find_newest_base(view, host.id); });
  EXPECT_EQ(packer_.unpack(kept->document), "first");
}

TEST_F(ReportBases, OfAnotherHostOrThatAreNotStoredAreRefused) {
  const core::Host host = add_host_named("web1");
  const core::Host other = add_host_named("web2");
  renew_base(host.id, "{}", 0);
  StoredReport foreign = make_report(host.id, 100);
  foreign.host = other.id;
  EXPECT_THROW(add(foreign), core::DatabaseError);
  packer_.set_base(*packer_.next_base(other.id, "{}", at(0)));
  EXPECT_THROW(add(other.id, 100), core::DatabaseError);
  EXPECT_EQ(read(count_reports), 0u);
}

TEST_F(Samples, AreSpreadOverHostsAndTime) {
  const core::Host host = add_host_named("web1");
  const core::Host other = add_host_named("web2");
  add_many(host.id, other.id, 400);
  const auto samples = sample(100);
  ASSERT_EQ(samples.size(), 100u);
  EXPECT_LT(samples.front().at, at(60 * 8));
  EXPECT_GT(samples.back().at, at(60 * 392));
  EXPECT_GT(std::ranges::count(samples, host.id, &StoredReport::host), 20);
  EXPECT_GT(std::ranges::count(samples, other.id, &StoredReport::host), 20);
}

TEST_F(Samples, AreAllThereIsWhenThatIsLess) {
  const core::Host host = add_host_named("web1");
  EXPECT_THAT(sample(100), IsEmpty());
  for (int i = 0; i < 10; ++i) add(host.id, i);
  EXPECT_EQ(sample(100).size(), 10u);
  EXPECT_THAT(sample(0), IsEmpty());
}

TEST_F(Samples, AreCountedWithoutLookingAtEach) {
  const core::Host host = add_host_named("web1");
  EXPECT_EQ(read(estimate_reports), 0u);
  for (int i = 0; i < 10; ++i) add(host.id, i);
  EXPECT_EQ(read(estimate_reports), 10u);
}

TEST_F(Samples, MakeDictionariesThatAreKept) {
  const auto first = write([](Transaction& transaction) { return add_dictionary(transaction, "first", at(1)); });
  const auto second = write([](Transaction& transaction) { return add_dictionary(transaction, "second", at(2)); });
  EXPECT_GT(second, first);
  EXPECT_THAT(read(list_dictionaries),
              ElementsAre(testing::AllOf(Field(&Dictionary::id, first), Field(&Dictionary::bytes, "first")),
                          Field(&Dictionary::bytes, "second")));
}

}  // namespace
}  // namespace holdfast::store
