#include <gmock/gmock.h>

#include "sqlite/sqlite_fixture.hpp"
#include "text/time.hpp"

namespace holdfast::store {
namespace {

namespace fs = std::filesystem;

// Each file in tests/data/databases was made by `store_test_tool sample` when its version of the schema was the newest.
class OldDatabases : public SqliteTest {
 protected:
  std::vector<std::string> schema() {
    close();
    Connection connection(file(), Access::Write);
    return connection.list("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name", read_text);
  }
  std::int64_t number(std::string_view sql) {
    return read([sql](View& view) { return connection_of(view).number(sql); });
  }
};

TEST_F(OldDatabases, FromBeforeStatusesWereKeptHaveThemJudgedSoon) {
  fs::copy_file(fs::path(HOLDFAST_TEST_DATA) / "databases" / "0001.db", file());
  fs::permissions(file(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(number("SELECT count(*) FROM host_state WHERE changes_at = 0"), number("SELECT count(*) FROM hosts"));
  EXPECT_EQ(number("SELECT max(silent_since) FROM host_state"), number("SELECT max(last_seen_at) FROM hosts"));
  const auto alive_at = read([](View& view) { return find_setting(view, "hub.alive_at"); });
  EXPECT_EQ(text::parse_time(alive_at.value()),
            core::Time(core::milliseconds(number("SELECT max(last_seen_at) FROM hosts"))));
}

TEST_F(OldDatabases, GetTheSchemaOfANewOneAndKeepTheirRows) {
  database();
  const std::vector<std::string> fresh = schema();
  int count = 0;
  for (const auto& old : fs::directory_iterator(fs::path(HOLDFAST_TEST_DATA) / "databases")) {
    SCOPED_TRACE(old.path().string());
    fs::copy_file(old, file(), fs::copy_options::overwrite_existing);
    fs::permissions(file(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_GT(number("SELECT count(*) FROM hosts"), 0);
    EXPECT_GT(number("SELECT count(*) FROM job_log"), 0);
    EXPECT_EQ(number("SELECT count(*) FROM hosts WHERE id NOT IN (SELECT host FROM host_state)"), 0);
    EXPECT_GT(number("SELECT count(*) FROM host_state WHERE protected_at > 0"), 0);
    EXPECT_EQ(number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"), 0);
    EXPECT_EQ(number("SELECT count(*) FROM pragma_foreign_key_check"), 0);
    EXPECT_EQ(schema(), fresh);
    ++count;
  }
  EXPECT_GT(count, 0);
}

}  // namespace
}  // namespace holdfast::store
