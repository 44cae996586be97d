#include "core/status/backup_verdict.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace holdfast::core {
namespace {

using enum BackupVerdict;

BackupVerdict verdict(JobState state, std::uint64_t files, std::optional<std::uint64_t> good_files = {}) {
  JobResult result;
  result.state = state;
  result.outcome = BackupOutcome{BackupSummary{.files_processed = files}};
  return judge_backup(result, good_files);
}

TEST(JudgeBackup, TakesNoSnapshotWithoutFilesForGood) {
  EXPECT_EQ(verdict(JobState::Succeeded, 0), Empty);
  EXPECT_EQ(verdict(JobState::Partial, 0), Empty) << "nothing at all could be read";
  EXPECT_EQ(verdict(JobState::Succeeded, 1), Good);
  EXPECT_EQ(judge_backup({JobState::Succeeded, {}, {}, {}, ""}, {}), Empty) << "nothing is known of it";
}

TEST(JudgeBackup, TakesARunThatCouldNotReadAllForIncomplete) {
  EXPECT_EQ(verdict(JobState::Partial, 1000), Incomplete);
  EXPECT_EQ(verdict(JobState::Partial, 1, 1000), Incomplete);
}

TEST(JudgeBackup, KnowsNoSnapshotWhereThereIsNone) {
  for (const auto state : {JobState::Failed, JobState::Cancelled}) EXPECT_EQ(verdict(state, 5), None);
}

TEST(JudgeBackup, SuspectsFewerThanHalfOfTheFilesOfTheLastGoodOne) {
  EXPECT_EQ(verdict(JobState::Succeeded, 50, 100), Good);
  EXPECT_EQ(verdict(JobState::Succeeded, 49, 100), Shrunken);
  EXPECT_EQ(verdict(JobState::Succeeded, 1, 2), Good);
  EXPECT_EQ(verdict(JobState::Succeeded, 1, 3), Shrunken);
  EXPECT_EQ(verdict(JobState::Succeeded, 5'000, 100), Good);
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(verdict(JobState::Succeeded, kMost, kMost), Good);
  EXPECT_EQ(verdict(JobState::Succeeded, 1, kMost), Shrunken);
}

TEST(BackupVerdictText, IsReadBack) {
  for (const auto verdict : {None, Good, Incomplete, Empty, Shrunken})
    EXPECT_EQ(parse_backup_verdict(to_text(verdict)), verdict);
  EXPECT_EQ(parse_backup_verdict("GOOD"), std::nullopt);
}

}  // namespace
}  // namespace holdfast::core
