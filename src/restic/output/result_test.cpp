#include "output/result.hpp"

#include <gmock/gmock.h>

namespace holdfast::restic {
namespace {

using core::JobState;
using testing::HasSubstr;

constexpr Version kVersion{0, 14, 0};
const Redactor kNoSecrets{core::RepositoryAccess{}};

Outcome ended(std::optional<int> code, std::optional<int> signal = std::nullopt) {
  Outcome outcome;
  outcome.status = {.code = code, .signal = signal};
  return outcome;
}

Outcome with_snapshot(Outcome outcome) {
  outcome.summary = core::BackupSummary{};
  outcome.summary->snapshot_id = "c12bf97f";
  outcome.summary->files_processed = 12;
  return outcome;
}

TEST(Result, SucceedsWithASnapshotAndExitCodeZero) {
  const auto result = judge(with_snapshot(ended(0)), kVersion, kNoSecrets);
  EXPECT_EQ(result.state, JobState::Succeeded);
  EXPECT_EQ(summary_of(result)->snapshot_id, "c12bf97f");
  EXPECT_EQ(result.failure, std::nullopt);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.restic_version, "0.14.0");
}

TEST(Result, NeverSucceedsWithoutASnapshotId) {
  EXPECT_EQ(judge(ended(0), kVersion, kNoSecrets).state, JobState::Failed);
  auto nameless = ended(0);
  nameless.summary = core::BackupSummary{};
  EXPECT_EQ(judge(nameless, kVersion, kNoSecrets).state, JobState::Failed);
  EXPECT_EQ(judge(nameless, kVersion, kNoSecrets).failure->code, "no_snapshot");
  EXPECT_EQ(summary_of(judge(nameless, kVersion, kNoSecrets)), nullptr);
}

TEST(Result, IsPartialWhenSomethingCouldNotBeRead) {
  auto outcome = with_snapshot(ended(3));
  outcome.unreadable = 2;
  outcome.first_unreadable = "/x: Permission denied";
  const auto result = judge(outcome, kVersion, kNoSecrets);
  EXPECT_EQ(result.state, JobState::Partial);
  EXPECT_EQ(result.failure->code, "sources_unreadable");
  EXPECT_EQ(result.failure->detail, "/x: Permission denied");
  EXPECT_TRUE(summary_of(result));
}

TEST(Result, IsPartialByExitCodeAlone) {
  EXPECT_EQ(judge(with_snapshot(ended(3)), kVersion, kNoSecrets).state, JobState::Partial);
}

TEST(Result, IsPartialWhenASourceIsMissing) {
  auto outcome = with_snapshot(ended(0));
  outcome.troubles = {{SourceTrouble::Missing, "/gone", ""}};
  const auto result = judge(outcome, kVersion, kNoSecrets);
  EXPECT_EQ(result.state, JobState::Partial);
  EXPECT_EQ(result.failure->code, "source_missing");
  EXPECT_THAT(result.failure->message, HasSubstr("/gone"));
}

TEST(Result, IsPartialAtBestWhenResticDidNotEndWell) {
  for (const auto& end : {ended(1), ended(130), ended(137), ended(99), ended(std::nullopt, 9)}) {
    auto outcome = with_snapshot(end);
    outcome.tail.add("Fatal: unable to save index: context deadline exceeded");
    const auto result = judge(outcome, kVersion, kNoSecrets);
    EXPECT_EQ(result.state, JobState::Partial);
    EXPECT_EQ(result.failure->code, "ended_badly");
    EXPECT_EQ(result.failure->detail, "Fatal: unable to save index: context deadline exceeded");
    EXPECT_TRUE(summary_of(result));
    EXPECT_EQ(result.exit_code, end.status.code);
  }
  EXPECT_THAT(judge(with_snapshot(ended(std::nullopt, 9)), kVersion, kNoSecrets).failure->message,
              HasSubstr("signal 9 (SIGKILL)"));
  EXPECT_THAT(judge(with_snapshot(ended(137)), kVersion, kNoSecrets).failure->message, HasSubstr("exit code 137"));
}

TEST(Result, KeepsTheSnapshotOfACancelThatCameTooLate) {
  auto outcome = with_snapshot(ended(130));
  outcome.cancelled = true;
  const auto result = judge(outcome, kVersion, kNoSecrets);
  EXPECT_EQ(result.state, JobState::Partial);
  EXPECT_EQ(result.failure->code, "cancelled_late");
  EXPECT_TRUE(summary_of(result));
  outcome.status.code = 0;
  EXPECT_EQ(judge(outcome, kVersion, kNoSecrets).state, JobState::Succeeded) << "restic had ended by itself";
}

TEST(Result, IsNoGoodBackupWithoutAFile) {
  auto outcome = with_snapshot(ended(0));
  outcome.summary->files_processed = 0;
  outcome.troubles = {{SourceTrouble::Empty, "/srv", ""}};
  const auto result = judge(outcome, kVersion, kNoSecrets);
  EXPECT_EQ(result.state, JobState::Partial);
  EXPECT_EQ(result.failure->code, "no_files");
  EXPECT_EQ(result.failure->message, "The snapshot has no file in it. /srv is an empty folder.");
}

TEST(Result, IsSuccessWhenAllThatIsLackingHadGone) {
  auto outcome = with_snapshot(ended(3));
  outcome.vanished = 7;
  EXPECT_EQ(judge(outcome, kVersion, kNoSecrets).state, JobState::Succeeded);
  outcome.unreadable = 1;
  const auto result = judge(outcome, kVersion, kNoSecrets);
  EXPECT_EQ(result.state, JobState::Partial);
  EXPECT_THAT(result.failure->message, HasSubstr("One file or folder"));
}

TEST(Result, IsPartialWhenTheRepositoryIsDamaged) {
  auto outcome = with_snapshot(ended(3));
  outcome.unreadable = 1;
  outcome.damage = "/: tree 3505592f is not known; the repository could be damaged";
  const auto result = judge(outcome, kVersion, kNoSecrets);
  EXPECT_EQ(result.state, JobState::Partial);
  EXPECT_EQ(result.failure->code, "repository_damaged");
  EXPECT_THAT(result.failure->next_step, HasSubstr("restic check"));
}

TEST(Result, IsCancelledHoweverResticEnded) {
  for (auto outcome : {ended(130), ended(1), ended(0), ended(std::nullopt, 2), ended(std::nullopt, 9)}) {
    outcome.cancelled = true;
    const auto result = judge(outcome, kVersion, kNoSecrets);
    EXPECT_EQ(result.state, JobState::Cancelled);
    EXPECT_EQ(result.failure->code, "cancelled");
  }
}

TEST(Result, NamesTheSignalOfAKillByOthers) {
  const auto result = judge(ended(std::nullopt, 9), kVersion, kNoSecrets);
  EXPECT_EQ(result.state, JobState::Failed);
  EXPECT_EQ(result.failure->code, "killed");
}

}  // namespace
}  // namespace holdfast::restic
