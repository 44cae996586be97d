#include "reports/report_ledger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "test_support.hpp"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

core::ReportId report_id(int number) {
  return core::ReportId(test::job_id(number).text());
}

std::vector<std::string> documents(ReportLedger& ledger) {
  std::vector<std::string> found;
  for (auto report = ledger.next_after(0); report; report = ledger.next_after(report->place)) {
    found.push_back(report->document);
  }
  return found;
}

class ReportLedgerTest : public testing::Test {
 protected:
  ReportLedger open(std::size_t most = ReportLedger::kMost) { return ReportLedger(loop_, folder(), most); }
  fs::path folder() const { return directory_ / "reports"; }
  std::size_t files() const { return std::size_t(std::distance(fs::directory_iterator(folder()), {})); }

  test::TemporaryDirectory directory_;
  runtime::Loop loop_;
};

TEST_F(ReportLedgerTest, KeepsReportsOverARestartInTheirOrder) {
  {
    ReportLedger ledger = open();
    ledger.add(report_id(3), "first");
    ledger.add(report_id(1), "second");  // the clock went back in between
    ledger.add(report_id(2), "third");
  }
  ReportLedger ledger = open();
  EXPECT_THAT(documents(ledger), ElementsAre("first", "second", "third"));
  EXPECT_EQ(ledger.next_after(1)->id, report_id(1));
  ledger.add(report_id(4), "fourth");
  EXPECT_THAT(documents(ledger), ElementsAre("first", "second", "third", "fourth"));
}

TEST_F(ReportLedgerTest, ForgetsWhatTheHubHas) {
  ReportLedger ledger = open();
  ledger.add(report_id(1), "first");
  ledger.add(report_id(2), "second");
  ledger.acknowledge(report_id(1));
  ledger.acknowledge(report_id(9));
  EXPECT_THAT(documents(ledger), ElementsAre("second"));
  EXPECT_EQ(files(), 1u);
}

TEST_F(ReportLedgerTest, PutsEachReportBehindAllThatEverWere) {
  ReportLedger ledger = open();
  ledger.add(report_id(1), "first");
  ledger.acknowledge(report_id(1));
  ledger.add(report_id(2), "second");
  const auto next = ledger.next_after(1);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->document, "second");
}

TEST_F(ReportLedgerTest, KeepsSoManyThatReachBackToTheFirst) {
  ReportLedger ledger = open(8);
  for (int i = 1; i <= 100; ++i) ledger.add(report_id(i), std::to_string(i));
  const auto kept = documents(ledger);
  EXPECT_THAT(kept.size(), testing::Le(8u));
  EXPECT_EQ(files(), kept.size());
  EXPECT_EQ(kept.front(), "1");
  EXPECT_EQ(kept.back(), "100");
  EXPECT_EQ(kept[kept.size() - 2], "99");
}

TEST_F(ReportLedgerTest, KeepsTheNewestWhereThereIsRoomForOne) {
  ReportLedger ledger = open(1);
  for (int i = 1; i <= 3; ++i) ledger.add(report_id(i), std::to_string(i));
  EXPECT_THAT(documents(ledger), ElementsAre("3"));
}

TEST_F(ReportLedgerTest, IsPrivate) {
  ReportLedger ledger = open();
  ledger.add(report_id(1), "first");
  EXPECT_EQ(fs::status(folder()).permissions(), fs::perms(0700));
  for (const auto& file : fs::directory_iterator(folder())) EXPECT_EQ(file.status().permissions(), fs::perms(0600));
}

TEST_F(ReportLedgerTest, PassesOverWhatItDidNotWrite) {
  fs::create_directory(folder());
  for (const char* name :
       {"7-notes.txt", "x-01J00000000000000000000001.json", "7-01J.json", "-.json", ".json", "notes"}) {
    std::ofstream(folder() / name) << "x";
  }
  std::ofstream(folder() / ".00000001-01J00000000000000000000001.json.Ab3dEf") << "half";
  ReportLedger ledger = open();
  EXPECT_THAT(documents(ledger), IsEmpty());
  EXPECT_FALSE(fs::exists(folder() / ".00000001-01J00000000000000000000001.json.Ab3dEf"));
  EXPECT_TRUE(fs::exists(folder() / "notes"));
}

TEST_F(ReportLedgerTest, GoesOnWhenSomebodyRemovedAReport) {
  ReportLedger ledger = open();
  ledger.add(report_id(1), "first");
  fs::remove_all(folder());
  EXPECT_THAT(documents(ledger), IsEmpty());
  EXPECT_EQ(ledger.size(), 0u);
}

TEST_F(ReportLedgerTest, KeepsTheNewestInMemoryWhenTheDiskTakesNothing) {
  ReportLedger ledger = open();
  ledger.add(report_id(1), "written");
  fs::rename(folder(), directory_ / "away");
  ledger.add(report_id(2), "unwritten");
  ledger.add(report_id(3), "the disk is full");
  fs::rename(directory_ / "away", folder());
  EXPECT_THAT(documents(ledger), ElementsAre("written", "the disk is full"));
  ledger.acknowledge(report_id(3));
  EXPECT_THAT(documents(ledger), ElementsAre("written"));
}

}  // namespace
}  // namespace holdfast::agent
