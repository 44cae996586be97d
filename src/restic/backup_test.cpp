#include "restic/backup.hpp"

#include <gmock/gmock.h>

#include <latch>

#include "core/text.hpp"
#include "fixture.hpp"

// Real backups with real restic.
namespace holdfast::restic {
namespace {

using core::JobState;
using core::LogLevel;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::SizeIs;

class BackUp : public ResticTest {};
INSTANTIATE_TEST_SUITE_P(Restic, BackUp, testing::ValuesIn(test_restics()));

TEST_P(BackUp, MakesASnapshotThatResticFinds) {
  make_repository();
  request.host = "web-01";
  request.sources.tags = {"nightly", "two words"};
  const auto result = back_up();
  EXPECT_EQ(result.state, JobState::Succeeded) << listener.text();
  EXPECT_EQ(result.failure, std::nullopt);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.summary->files_processed, 1u);
  EXPECT_EQ(result.summary->bytes_processed, 7u);
  EXPECT_THAT(ask({"snapshots", "--json"}),
              AllOf(HasSubstr(result.summary->snapshot_id), HasSubstr(R"("hostname":"web-01")"),
                    HasSubstr(R"("tags":["nightly","two words"])")));
}

TEST_P(BackUp, KnowsTheVersionOfRestic) {
  const auto version = run(find_version(loop, installation));
  ASSERT_TRUE(version);
  EXPECT_GE(*version, (Version{0, 14, 0}));
  make_repository();
  EXPECT_EQ(back_up().restic_version, version->text());
}

TEST_P(BackUp, TellsTheProcessWhileItRuns) {
  make_repository();
  std::optional<std::string> start_time;
  listener.on_process = [&](pid_t pid) {
    if (pid) start_time = runtime::process_start_time(pid);
  };
  back_up();
  ASSERT_THAT(listener.pids, SizeIs(2));
  EXPECT_GT(listener.pids[0], 0);
  EXPECT_EQ(listener.pids[1], 0);
  EXPECT_TRUE(start_time);
}

TEST_P(BackUp, MakesTheRepositoryWhenToldTo) {
  request.initialise = true;
  EXPECT_EQ(back_up().state, JobState::Succeeded) << listener.text();
  EXPECT_THAT(listener.text(), HasSubstr("created restic repository"));
  listener.lines.clear();
  EXPECT_EQ(back_up().state, JobState::Succeeded);
  EXPECT_THAT(listener.text(), Not(HasSubstr("created restic repository")));
}

TEST_P(BackUp, FailsWithoutARepository) {
  const auto result = back_up();
  EXPECT_EQ(result.state, JobState::Failed);
  EXPECT_EQ(result.failure->code, "repository_missing");
  EXPECT_FALSE(std::filesystem::exists(directory / "repo"));
}

TEST_P(BackUp, FailsWithTheWrongPassword) {
  make_repository();
  request.access.password = "guessed";
  EXPECT_EQ(back_up().failure->code, "wrong_password");
  request.initialise = true;
  EXPECT_EQ(back_up().failure->code, "wrong_password");
  EXPECT_THAT(listener.lines, Contains(Pair(LogLevel::Error, HasSubstr("wrong password"))));
}

TEST_P(BackUp, IsPartialWhenAFileCannotBeRead) {
  make_repository();
  request.sources.paths.push_back("/proc/self/mem");  // its first page is unreadable for anybody
  const auto result = back_up();
  EXPECT_EQ(result.state, JobState::Partial) << listener.text();
  EXPECT_EQ(result.failure->code, "sources_unreadable");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.failure->detail, HasSubstr("/proc/self/mem"));
  EXPECT_THAT(listener.lines, Contains(Pair(LogLevel::Error, HasSubstr("/proc/self/mem"))));
  EXPECT_THAT(ask({"snapshots", "--json"}), HasSubstr(result.summary->snapshot_id));
}

TEST_P(BackUp, IsPartialWhenOneSourceIsMissing) {
  make_repository();
  request.sources.paths.push_back((directory / "gone").string());
  const auto result = back_up();
  EXPECT_EQ(result.state, JobState::Partial);
  EXPECT_EQ(result.failure->code, "source_missing");
  EXPECT_THAT(result.failure->message, HasSubstr("/gone does not exist"));
  EXPECT_THAT(listener.lines, Contains(Pair(LogLevel::Error, HasSubstr("/gone does not exist"))));
  EXPECT_EQ(result.summary->files_processed, 1u);
}

TEST_P(BackUp, DoesNotStartWhenAllSourcesAreMissing) {
  request.sources.paths = {(directory / "gone").string(), (directory / "lost").string()};
  const auto result = back_up();
  EXPECT_EQ(result.state, JobState::Failed);
  EXPECT_EQ(result.failure->code, "source_missing");
  EXPECT_EQ(result.exit_code, std::nullopt);
  EXPECT_THAT(listener.pids, IsEmpty());
  EXPECT_THAT(listener.lines, SizeIs(2));
}

class BackUpOfAFolderThatDoesNotAnswer : public BackUp {
 protected:
  BackUpOfAFolderThatDoesNotAnswer() {
    limits.sources = SourceCheck([gate = release](const std::string& path) {
      if (path == "/net/archive") gate->wait();
      return true;
    });
    // Found out before, so that the backup itself need not wait and the other sources have all the time they want.
    limits.sources.limit = std::chrono::milliseconds(1);
    run(limits.sources.look(loop, {"/net/archive"}, cancellation));
    limits.sources.limit = std::chrono::hours(1);
  }
  ~BackUpOfAFolderThatDoesNotAnswer() override { release->count_down(); }

  const std::shared_ptr<std::latch> release = std::make_shared<std::latch>(1);
  BackupLimits limits;
};
INSTANTIATE_TEST_SUITE_P(Restic, BackUpOfAFolderThatDoesNotAnswer, testing::ValuesIn(test_restics()));

TEST_P(BackUpOfAFolderThatDoesNotAnswer, GoesOnWithTheOthers) {
  make_repository();
  request.sources.paths.push_back("/net/archive");
  const auto result = back_up(limits);
  EXPECT_EQ(result.state, JobState::Partial) << listener.text();
  EXPECT_EQ(result.failure->code, "source_silent");
  EXPECT_EQ(result.summary->files_processed, 1u);
  EXPECT_THAT(listener.lines,
              Contains(Pair(LogLevel::Error, "/net/archive does not answer; is it a network folder that is away?")));
}

TEST_P(BackUpOfAFolderThatDoesNotAnswer, DoesNotStartWithoutOthers) {
  request.sources.paths = {"/net/archive"};
  const auto result = back_up(limits);
  EXPECT_EQ(result.state, JobState::Failed);
  EXPECT_EQ(result.failure->message, "/net/archive does not answer; is it a network folder that is away?");
  EXPECT_THAT(listener.pids, IsEmpty());
}

TEST_P(BackUp, TakesALinkThatLeadsNowhereAsASource) {
  make_repository();
  std::filesystem::create_symlink(directory / "gone", directory / "link");
  request.sources.paths.push_back((directory / "link").string());
  EXPECT_EQ(back_up().state, JobState::Succeeded) << listener.text();
}

TEST_P(BackUp, WarnsOfASnapshotWithoutFiles) {
  make_repository();
  request.sources.excludes = {"*"};
  EXPECT_EQ(back_up().state, JobState::Succeeded);
  EXPECT_THAT(listener.lines, Contains(Pair(LogLevel::Warning, HasSubstr("no files"))));
}

TEST_P(BackUp, TakesNamesAsTheyAre) {
  make_repository();
  const std::vector<std::string> names = {"-dash", "quote\"'`", "new\nline", "$HOME #x", " blank ", "*"};
  request.sources.paths.clear();
  for (const auto& name : names) {
    write(directory / name / ("file " + name), "x");
    request.sources.paths.push_back((directory / name).string());
  }
  write(directory / "-dash" / "bad\xFF name", "y");
  const auto result = back_up();
  EXPECT_EQ(result.state, JobState::Succeeded) << listener.text();
  EXPECT_EQ(result.summary->files_processed, names.size() + 1);
  const auto target = (directory / "restored").string();
  ask({"restore", "latest", "--target", target});
  const auto restored = target + (directory / "").string();
  for (const auto& name : names) EXPECT_TRUE(std::filesystem::exists(restored + name + "/file " + name)) << name;
  EXPECT_TRUE(std::filesystem::exists(restored + "-dash/bad\xFF name"));
}

TEST_P(BackUp, LeavesOutWhatThePatternsSay) {
  make_repository();
  for (const auto* name : {"keep", "drop.tmp", "$HOME", "#hash", "-v"}) write(directory / "data" / name, "x");
  request.sources.excludes = {"*.tmp", "$HOME", "#hash", "-v"};
  EXPECT_EQ(back_up().summary->files_processed, 2u);
}

TEST_P(BackUp, TellsProgressInValidUtf8) {
  make_repository();
  make_endless_source();
  const auto path = directory / "bad\xFF name";
  std::filesystem::rename(directory / "endless", path);
  request.sources.paths = {path.string()};
  listener.on_progress = [&](const core::JobProgress& progress) {
    if (!progress.current_files.empty()) cancellation.request();
  };
  back_up();
  const auto& last = listener.progresses.back();
  EXPECT_TRUE(core::is_valid_utf8(last.current_files.front()));
  EXPECT_THAT(last.current_files.front(), HasSubstr("bad"));
  EXPECT_EQ(last.bytes_total, 1ULL << 40);
}

TEST_P(BackUp, LeavesNoWorkFiles) {
  make_repository();
  bool there_while_running = false;
  listener.on_process = [&](pid_t pid) {
    if (pid) there_while_running = std::filesystem::exists(directory / "work" / request.job.text() / "password");
  };
  back_up();
  EXPECT_TRUE(there_while_running);
  EXPECT_TRUE(std::filesystem::is_empty(directory / "work"));
}

}  // namespace
}  // namespace holdfast::restic
