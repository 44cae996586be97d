#include <gtest/gtest.h>
#include <sys/stat.h>

#include "sqlite/sqlite_fixture.hpp"

namespace holdfast::store {
namespace {

using DatabaseFile = SqliteTest;

TEST_F(DatabaseFile, IsReadableByItsOwnerOnly) {
  database();
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat status{};
    ASSERT_EQ(stat((file().string() + suffix).c_str(), &status), 0) << suffix;
    EXPECT_EQ(status.st_mode & 0777, 0600u) << suffix;
  }
}

TEST_F(DatabaseFile, LeavesNoLogBehindWhenItIsClosed) {
  write(setting_job("colour", "blue"));
  close();
  EXPECT_FALSE(std::filesystem::exists(file().string() + "-wal"));
}

TEST_F(DatabaseFile, InAFolderThatIsNotThereIsAnError) {
  EXPECT_THROW(Database(loop_, folder_ / "missing" / "holdfast.db"), core::DatabaseError);
}

TEST_F(DatabaseFile, TakesTheLogInBeforeItGrowsLarge) {
  constexpr std::size_t kMebibyte = 1024 * 1024;
  const std::string value(kMebibyte, 'x');
  for (int i = 0; i < 20; ++i) write(setting_job("large", value));
  EXPECT_LT(database().stats().wal_bytes, 12 * kMebibyte);
}

}  // namespace
}  // namespace holdfast::store
