#include "restic/backup/backup.hpp"

#include <gmock/gmock.h>

#include <latch>

#include "fixture.hpp"
#include "text/utf8.hpp"

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
  EXPECT_EQ(summary_of(result)->files_processed, 1u);
  EXPECT_EQ(summary_of(result)->bytes_processed, 7u);
  EXPECT_THAT(ask({"snapshots", "--json"}),
              AllOf(HasSubstr(summary_of(result)->snapshot_id), HasSubstr(R"("hostname":"web-01")"),
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
  EXPECT_THAT(ask({"snapshots", "--json"}), HasSubstr(summary_of(result)->snapshot_id));
}

TEST_P(BackUp, IsPartialWhenOneSourceIsMissing) {
  make_repository();
  request.sources.paths.push_back((directory / "gone").string());
  const auto result = back_up();
  EXPECT_EQ(result.state, JobState::Partial);
  EXPECT_EQ(result.failure->code, "source_missing");
  EXPECT_THAT(result.failure->message, HasSubstr("/gone does not exist"));
  EXPECT_THAT(listener.lines, Contains(Pair(LogLevel::Error, HasSubstr("/gone does not exist"))));
  EXPECT_EQ(summary_of(result)->files_processed, 1u);
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
      return look_at_source(path);
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
  EXPECT_EQ(summary_of(result)->files_processed, 1u);
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

TEST_P(BackUp, IsPartialWhenASourceIsOnlyALink) {
  make_repository();
  const auto link = directory / "link";
  std::filesystem::create_symlink(directory / "gone", link);
  request.sources.paths.push_back(link.string());
  const auto result = back_up();
  EXPECT_EQ(result.state, JobState::Partial) << listener.text();
  EXPECT_EQ(result.failure->code, "source_is_link");
  EXPECT_THAT(result.failure->message, HasSubstr((directory / "gone").string()));
  // What it leads to is saved by the other source.
  std::filesystem::remove(link);
  std::filesystem::create_symlink(directory / "data" / "hello.txt", link);
  EXPECT_EQ(back_up().state, JobState::Succeeded) << listener.text();
  request.sources.paths = {link.string()};
  EXPECT_EQ(back_up().state, JobState::Failed);
}

TEST_P(BackUp, DoesNotMakeASnapshotOfAnEmptyFolder) {
  make_repository();
  std::filesystem::remove(directory / "data" / "hello.txt");
  const auto result = back_up();
  EXPECT_EQ(result.state, JobState::Failed);
  EXPECT_EQ(result.failure->code, "source_empty");
  EXPECT_THAT(result.failure->message, HasSubstr("/data is an empty folder."));
  EXPECT_FALSE(has_snapshots());
}

TEST_P(BackUp, IsPartialWhenOneSourceIsEmpty) {
  make_repository();
  std::filesystem::create_directory(directory / "empty");
  request.sources.paths.push_back((directory / "empty").string());
  const auto result = back_up();
  EXPECT_EQ(result.state, JobState::Partial);
  EXPECT_EQ(result.failure->code, "source_empty");
  EXPECT_THAT(ask({"snapshots", "--json"}), HasSubstr("/empty")) << "the next one is to find it by its paths";
}

TEST_P(BackUp, IsPartialWhenTheSnapshotHasNoFile) {
  make_repository();
  request.sources.excludes = {"hello*"};
  const auto result = back_up();
  EXPECT_EQ(result.state, JobState::Partial) << listener.text();
  EXPECT_EQ(result.failure->code, "no_files");
  EXPECT_TRUE(summary_of(result));
}

TEST_P(BackUp, DoesWithoutASourceThatCannotBeReached) {
  make_repository();
  std::filesystem::create_symlink("loop", directory / "loop");
  request.sources.paths.push_back((directory / "loop" / "data").string());
  request.sources.paths.push_back((directory / "data" / "hello.txt" / "below").string());
  const auto result = back_up();
  EXPECT_EQ(result.state, JobState::Partial) << listener.text();
  EXPECT_EQ(summary_of(result)->files_processed, 1u);
  EXPECT_EQ(result.failure->code, "source_missing");
  EXPECT_THAT(result.failure->message, AllOf(HasSubstr("hello.txt/below does not exist"),
                                             HasSubstr("/loop/data cannot be read: Too many levels")));
}

class BackUpOfAMount : public BackUp {
 protected:
  // Where a mount is, whatever the kernel says.
  BackupLimits mounted(bool there) {
    BackupLimits limits;
    limits.sources = SourceCheck([there, data = (directory / "data").string()](const std::string& path) {
      auto look = look_at_source(path);
      look.mount_point = there ? data : "/";
      return look;
    });
    return limits;
  }
};
INSTANTIATE_TEST_SUITE_P(Restic, BackUpOfAMount, testing::ValuesIn(test_restics()));

TEST_P(BackUpOfAMount, IsPartialWhereNothingIsMountedAnyMore) {
  make_repository();
  EXPECT_EQ(back_up(mounted(true)).state, JobState::Succeeded) << listener.text();
  for (int i = 0; i < 2; ++i) {
    const auto result = back_up(mounted(false));
    EXPECT_EQ(result.state, JobState::Partial) << listener.text();
    EXPECT_EQ(result.failure->code, "source_not_mounted");
    EXPECT_THAT(result.failure->message, HasSubstr("on the mount point " + (directory / "data").string()));
  }
  EXPECT_EQ(back_up(mounted(true)).state, JobState::Succeeded);
}

TEST_P(BackUpOfAMount, NamesTheMountWhereTheFolderBelowItIsEmpty) {
  make_repository();
  EXPECT_EQ(back_up(mounted(true)).state, JobState::Succeeded) << listener.text();
  std::filesystem::remove(directory / "data" / "hello.txt");
  const auto result = back_up(mounted(false));
  EXPECT_EQ(result.state, JobState::Failed);
  EXPECT_EQ(result.failure->code, "source_not_mounted");
}

TEST_P(BackUpOfAMount, TakesAChangeOfTheSourceGroupForAWordThatAllIsRight) {
  make_repository();
  back_up(mounted(true));
  request.sources.tags = {"new"};
  EXPECT_EQ(back_up(mounted(false)).state, JobState::Succeeded) << listener.text();
}

TEST_P(BackUp, TellsWhatResticPrintsAtTheEnd) {
  make_repository();
  const auto result = back_up();
  EXPECT_THAT(listener.text(),
              AllOf(HasSubstr("Files: 1 new, 0 changed, 0 unmodified"), HasSubstr("processed 1 files, 7 B in 0:0"),
                    HasSubstr("snapshot " + summary_of(result)->snapshot_id.substr(0, 8) + " saved")));
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
  EXPECT_EQ(summary_of(result)->files_processed, names.size() + 1);
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
  EXPECT_EQ(summary_of(back_up())->files_processed, 2u);
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
  EXPECT_TRUE(text::is_valid_utf8(last.current_files.front()));
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
