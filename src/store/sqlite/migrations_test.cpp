#include "sqlite/migrations.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <array>
#include <fstream>

#include "sqlite/sqlite_fixture.hpp"
#include "store/hosts/hosts.hpp"
#include "text/ulid.hpp"

namespace holdfast::store {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr Migration kFirst{1, "CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT"};
constexpr Migration kSecond{2, "ALTER TABLE things ADD COLUMN colour TEXT"};
constexpr Migration kBroken{2, "ALTER TABLE things ADD COLUMN colour TEXT; ALTER TABLE nothing ADD COLUMN colour TEXT"};
constexpr Migration kOrphaning{2,
                               "CREATE TABLE parts (id INTEGER PRIMARY KEY, thing INTEGER REFERENCES things) STRICT;"
                               "INSERT INTO parts (thing) VALUES (7)"};

class Migrations : public SqliteTest {
 protected:
  std::unique_ptr<Connection> open() {
    create_private_file(file());
    return std::make_unique<Connection>(file(), Access::Write);
  }
  template <std::size_t N>
  void migrate(const std::array<Migration, N>& migrations) {
    bring_up_to_date(*open(), file(), migrations);
  }
  // The sentence of the error.
  std::string refusal() {
    try {
      Database(loop_, file());
    } catch (const core::DatabaseError& error) {
      return error.what();
    }
    return "";
  }
  fs::path copy() const { return file().string() + ".before-2"; }
};

TEST_F(Migrations, RunInOrderAndLeaveTheirVersionInTheFile) {
  migrate(std::array{kFirst, kSecond});
  const auto connection = open();
  EXPECT_EQ(connection->number("PRAGMA user_version"), 2);
  EXPECT_EQ(connection->number("PRAGMA application_id"), 0x48465354);
  EXPECT_EQ(connection->number("PRAGMA auto_vacuum"), 2);
  EXPECT_EQ(connection->number("SELECT count(*) FROM pragma_table_info('things')"), 3);
}

TEST_F(Migrations, RunOnce) {
  migrate(std::array{kFirst});
  migrate(std::array{kFirst});
  EXPECT_EQ(open()->number("PRAGMA user_version"), 1);
}

TEST_F(Migrations, OfAnExistingFileLeaveACopyOfItThatOnlyItsOwnerReads) {
  migrate(std::array{kFirst});
  open()->run("INSERT INTO things (name) VALUES ('lamp')");
  migrate(std::array{kFirst, kSecond});
  Connection old(copy(), Access::Read);
  EXPECT_EQ(old.number("PRAGMA user_version"), 1);
  EXPECT_EQ(old.number("PRAGMA application_id"), 0x48465354);
  EXPECT_THAT(old.list("SELECT name FROM things", read_text), ElementsAre("lamp"));
  struct stat status{};
  stat(copy().c_str(), &status);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(Migrations, OfANewFileLeaveNoCopy) {
  migrate(std::array{kFirst, kSecond});
  EXPECT_FALSE(fs::exists(copy()));
}

TEST_F(Migrations, ThatFailChangeNothing) {
  migrate(std::array{kFirst});
  EXPECT_THROW(migrate(std::array{kFirst, kBroken}), core::DatabaseError);
  EXPECT_EQ(open()->number("PRAGMA user_version"), 1);
  EXPECT_EQ(open()->number("SELECT count(*) FROM pragma_table_info('things')"), 2);
}

TEST_F(Migrations, OfWhichOneFailsChangeNothingAndKeepTheCopyOfTheOldVersion) {
  migrate(std::array{kFirst});
  Migration broken = kBroken;
  broken.version = 3;
  for (int attempt = 0; attempt < 2; ++attempt) {
    EXPECT_THROW(migrate(std::array{kFirst, kSecond, broken}), core::DatabaseError);
    EXPECT_EQ(open()->number("PRAGMA user_version"), 1);
    EXPECT_EQ(Connection(file().string() + ".before-3", Access::Read).number("PRAGMA user_version"), 1);
  }
}

TEST_F(Migrations, CanBeTriedAgainAfterAFailure) {
  migrate(std::array{kFirst});
  EXPECT_THROW(migrate(std::array{kFirst, kBroken}), core::DatabaseError);
  migrate(std::array{kFirst, kSecond});
  EXPECT_EQ(open()->number("PRAGMA user_version"), 2);
}

TEST_F(Migrations, ThatLeaveDanglingReferencesFail) {
  migrate(std::array{kFirst});
  EXPECT_THROW(migrate(std::array{kFirst, kOrphaning}), core::DatabaseError);
  EXPECT_EQ(open()->number("PRAGMA user_version"), 1);
}

TEST_F(Migrations, RefuseADatabaseFromTheFuture) {
  database();
  close();
  open()->run_script("PRAGMA user_version = 1000");
  EXPECT_THAT(refusal(), HasSubstr("it has version 1000"));
  EXPECT_EQ(open()->number("PRAGMA user_version"), 1000);
}

TEST_F(Migrations, RefuseTheDatabaseOfAnotherProgramAndLeaveItAsItIs) {
  open()->run_script("CREATE TABLE theirs (id INTEGER PRIMARY KEY)");
  EXPECT_THAT(refusal(), HasSubstr("another program"));
  const auto connection = open();
  EXPECT_EQ(connection->number("SELECT count(*) FROM sqlite_schema"), 1);
  EXPECT_EQ(connection->find("PRAGMA journal_mode", read_text), "delete");
}

TEST_F(Migrations, RefuseAFileThatIsNoDatabase) {
  std::ofstream(file()) << std::string(5000, 'x');
  EXPECT_THAT(refusal(), HasSubstr("not a database"));
}

TEST_F(Migrations, MakeTheDefaultCustomerOnce) {
  const core::Customer first = read(default_customer);
  close();
  const core::Customer again = read(default_customer);
  EXPECT_EQ(first.slug, "default");
  EXPECT_EQ(first.id, again.id);
  EXPECT_TRUE(text::is_ulid(first.id.text()));
}

}  // namespace
}  // namespace holdfast::store
