#include "runtime/files/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <system_error>
#include <utility>

#include "temporary_directory.hpp"

namespace holdfast::runtime {
namespace {

namespace fs = std::filesystem;

constexpr fs::perms kOwnerReadsAndWrites = fs::perms::owner_read | fs::perms::owner_write;

fs::perms mode_of(const fs::path& path) {
  return fs::status(path).permissions();
}

std::size_t entries_in(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

// Lets no file of this process grow beyond some size: a full disk, as far as write() can tell.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limited{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limited);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

class FilesTest : public testing::Test {
 protected:
  tests::TemporaryDirectory directory_;
  fs::path path_ = directory_ / "state.json";
};

TEST_F(FilesTest, ReadingAFileThatIsNotThereGivesNothing) {
  EXPECT_EQ(read_file(path_), std::nullopt);
}

TEST_F(FilesTest, ReadingAFolderThrows) {
  EXPECT_THROW(read_file(directory_.path()), std::system_error);
}

TEST_F(FilesTest, ReadsBackEveryByteThatWasWritten) {
  std::string content(100'000, '\0');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i);
  write_file_atomically(path_, content);
  EXPECT_EQ(read_file(path_), content);
}

TEST_F(FilesTest, WritesPrivateFilesWhateverTheMaskAndTheOldMode) {
  const mode_t before = ::umask(0);
  write_file_atomically(path_, "a", Durability::Survives_crash);
  ::umask(before);
  EXPECT_EQ(mode_of(path_), kOwnerReadsAndWrites);
  fs::permissions(path_, fs::perms::all);
  write_file_atomically(path_, "b");
  EXPECT_EQ(mode_of(path_), kOwnerReadsAndWrites);
}

TEST_F(FilesTest, ReplacesAFileAndLeavesNothingElseBehind) {
  write_file_atomically(path_, "old and longer");
  write_file_atomically(path_, "new");
  EXPECT_EQ(read_file(path_), "new");
  EXPECT_EQ(entries_in(directory_.path()), 1);
}

TEST_F(FilesTest, AFailedWriteLeavesTheOldContentAndNothingElse) {
  write_file_atomically(path_, "old");
  {
    const FileSizeLimit full(4);
    EXPECT_THROW(write_file_atomically(path_, "new and longer"), std::system_error);
  }
  EXPECT_EQ(read_file(path_), "old");
  EXPECT_EQ(entries_in(directory_.path()), 1);
}

TEST_F(FilesTest, WritingIntoAFolderThatIsNotThereThrowsAndNamesThePath) {
  try {
    write_file_atomically(directory_ / "missing" / "file", "x");
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::no_such_file_or_directory);
    EXPECT_THAT(error.what(), testing::HasSubstr("missing/file"));
  }
}

TEST_F(FilesTest, CreateNeverReplaces) {
  EXPECT_TRUE(create_file_atomically(path_, "first"));
  EXPECT_FALSE(create_file_atomically(path_, "second"));
  EXPECT_EQ(read_file(path_), "first");
  EXPECT_EQ(mode_of(path_), kOwnerReadsAndWrites);
  EXPECT_EQ(entries_in(directory_.path()), 1);
}

TEST_F(FilesTest, MakesAPrivateFolderWithItsParents) {
  make_private_directory(directory_ / "a" / "b/");
  EXPECT_EQ(mode_of(directory_ / "a" / "b"), fs::perms::owner_all);
  EXPECT_NO_THROW(make_private_directory(directory_ / "a" / "b"));
}

TEST_F(FilesTest, MakingAFolderWhereAFileIsThrows) {
  write_file_atomically(path_, "x");
  EXPECT_THROW(make_private_directory(path_), std::exception);
  EXPECT_THROW(make_private_directory(path_ / "below"), std::exception);
}

TEST_F(FilesTest, AppendsToWhatIsThere) {
  {
    AppendFile file(path_);
    file.append("one\n");
    file.sync();
  }
  AppendFile file(path_);
  file.append("two\n");
  AppendFile moved(std::move(file));
  moved.append("three\n");
  EXPECT_EQ(read_file(path_), "one\ntwo\nthree\n");
  EXPECT_EQ(mode_of(path_), kOwnerReadsAndWrites);
}

TEST_F(FilesTest, AnAppendThatFailsLeavesNoHalfRecord) {
  AppendFile file(path_);
  file.append("one\n");
  {
    const FileSizeLimit full(6);
    EXPECT_THROW(file.append("two and more\n"), std::system_error);
  }
  file.append("three\n");
  EXPECT_EQ(read_file(path_), "one\nthree\n");
}

TEST_F(FilesTest, OnlyOneHoldsALock) {
  auto first = FileLock::acquire(path_);
  ASSERT_TRUE(first);
  EXPECT_FALSE(FileLock::acquire(path_));
  FileLock moved(*std::move(first));
  EXPECT_FALSE(FileLock::acquire(path_));
}

TEST_F(FilesTest, ALockOutlivesItsFile) {
  const auto held = FileLock::acquire(path_);
  fs::remove(path_);
  EXPECT_FALSE(FileLock::acquire(path_));
}

TEST_F(FilesTest, AppendingToARemovedFileFails) {
  AppendFile file(path_);
  file.append("one\n");
  fs::remove(path_);
  EXPECT_THROW(file.append("two\n"), std::system_error);
}

TEST_F(FilesTest, ALockIsFreeAfterItsHolderIsGone) {
  {
    const auto held = FileLock::acquire(path_);
  }
  EXPECT_TRUE(FileLock::acquire(path_));
}

}  // namespace
}  // namespace holdfast::runtime
