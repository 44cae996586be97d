#include "probes/system/own_backups.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "test_support.hpp"
#include "text/time.hpp"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

const core::Time kNow = *text::parse_time("2026-11-22T06:21:00Z");

core::JobResult result(core::JobState state) {
  core::JobResult result;
  result.state = state;
  if (state == core::JobState::Succeeded || state == core::JobState::Partial)
    result.outcome = core::BackupOutcome{core::BackupSummary()};
  return result;
}

class OwnBackupsTest : public testing::Test {
 protected:
  fs::path file() const { return folder_ / "backups.json"; }
  test::TemporaryDirectory folder_;
};

TEST_F(OwnBackupsTest, AreUnknownBeforeTheFirst) {
  EXPECT_EQ(OwnBackups(file()).report(kNow), std::nullopt);
}

TEST_F(OwnBackupsTest, AreRememberedAfterARestart) {
  OwnBackups(file()).note(kNow - 1h, result(core::JobState::Succeeded));
  const auto report = OwnBackups(file()).report(kNow);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->last_run, kNow - 1h);
  EXPECT_EQ(report->last_status, "success");
  EXPECT_EQ(report->age_seconds, 3600u);
  EXPECT_EQ(fs::status(file()).permissions(), fs::perms(0600));
}

TEST_F(OwnBackupsTest, HaveTheAgeOfTheLastGoodOne) {
  OwnBackups backups(file());
  backups.note(kNow - 48h, result(core::JobState::Partial));
  backups.note(kNow - 1h, result(core::JobState::Failed));
  const auto report = backups.report(kNow);
  EXPECT_EQ(report->last_status, "failed");
  EXPECT_EQ(report->last_run, kNow - 1h);
  EXPECT_EQ(report->age_seconds, 48u * 3600);
}

TEST_F(OwnBackupsTest, HaveNoAgeWhenNoneWasGood) {
  OwnBackups backups(file());
  backups.note(kNow, result(core::JobState::Failed));
  EXPECT_EQ(backups.report(kNow)->age_seconds, std::nullopt);
}

TEST_F(OwnBackupsTest, AreNotWhatWasCancelled) {
  OwnBackups backups(file());
  backups.note(kNow - 2h, result(core::JobState::Cancelled));
  EXPECT_EQ(backups.report(kNow), std::nullopt);
  backups.note(kNow - 1h, result(core::JobState::Succeeded));
  backups.note(kNow, result(core::JobState::Cancelled));
  EXPECT_EQ(backups.report(kNow)->last_status, "success");
  EXPECT_EQ(backups.report(kNow)->last_run, kNow - 1h);
}

TEST_F(OwnBackupsTest, AreNotFromTheFutureWhenTheClockWentBack) {
  OwnBackups backups(file());
  backups.note(kNow + 1h, result(core::JobState::Succeeded));
  EXPECT_EQ(backups.report(kNow)->age_seconds, 0u);
}

TEST_F(OwnBackupsTest, AreForgottenWithADamagedFile) {
  for (const char* text : {"", "{}", "[]", "{\"last_run\":\"yesterday\",\"last_status\":\"success\"}",
                           "{\"last_run\":\"2026-11-22T06:21:00Z\",\"last_status\":\"great\"}"}) {
    std::ofstream(file()) << text;
    EXPECT_EQ(OwnBackups(file()).report(kNow), std::nullopt) << text;
  }
}

TEST_F(OwnBackupsTest, AreKnownWhileTheDiskCannotBeWritten) {
  OwnBackups backups(folder_ / "absent" / "backups.json");
  backups.note(kNow, result(core::JobState::Succeeded));
  EXPECT_EQ(backups.report(kNow)->last_status, "success");
}

}  // namespace
}  // namespace holdfast::agent
