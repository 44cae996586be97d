#include "sqlite/migrations.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "runtime/log/log.hpp"

// A hub that is killed in the middle finds a whole file again: the copy gets its name once it is complete and
// synced, and a migration commits together with its number. Foreign keys are off meanwhile, because tables are
// changed by making others, and are checked before each commit.
namespace holdfast::store {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kApplicationId = 0x48465354;  // "HFST"

[[noreturn]] void fail(const fs::path& file, std::string_view what) {
  throw core::DatabaseError(fmt::format("Database {}: {}.", file.string(), what));
}

void sync(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail(path, std::strerror(errno));
  const int failed = ::fsync(descriptor);
  const int error = errno;
  ::close(descriptor);
  if (failed != 0) fail(path, std::strerror(error));
}

int latest_version(std::span<const Migration> migrations) {
  return migrations.empty() ? 0 : migrations.back().version;
}

// The version of a database that this program may open; 0 for an empty file.
int check_identity(Connection& connection, const fs::path& file, int latest) {
  const std::int64_t application = connection.number("PRAGMA application_id");
  const std::int64_t version = connection.number("PRAGMA user_version");
  const bool is_empty = connection.number("SELECT count(*) FROM sqlite_schema") == 0;
  if (application == 0 && version == 0 && is_empty) return 0;
  if (application != kApplicationId) fail(file, "this is the database of another program");
  if (version > latest) {
    fail(file,
         fmt::format("it has version {} and this program knows versions up to {}; start the newer program, or put "
                     "back the copy that it made before it changed the file",
                     version, latest));
  }
  return static_cast<int>(version);
}

// Before the first table: what decides how the file is laid out.
void prepare_file(Connection& connection, const fs::path& file) {
  connection.run_script("PRAGMA auto_vacuum = INCREMENTAL");
  const auto read_mode = [](Statement& row) {
    std::string mode;
    row.read(mode);
    return mode;
  };
  const std::optional<std::string> mode = connection.find("PRAGMA journal_mode = WAL", read_mode);
  if (mode != "wal") fail(file, "this file system cannot hold it (no write-ahead log); use a local disk");
}

void copy_before(Connection& connection, const fs::path& file, int version) {
  const fs::path copy = fmt::format("{}.before-{}", file.string(), version);
  const fs::path part = copy.string() + ".part";
  fs::remove(part);
  create_private_file(part);
  connection.run("VACUUM INTO ?1", part.string());
  sync(part);
  fs::rename(part, copy);
  sync(fs::absolute(copy).parent_path());
}

void apply(Connection& connection, const fs::path& file, const Migration& migration) {
  connection.run_script(std::string(migration.sql));
  connection.run_script(fmt::format("PRAGMA application_id = {}", kApplicationId));
  connection.run_script(fmt::format("PRAGMA user_version = {}", migration.version));
  if (connection.number("SELECT count(*) FROM pragma_foreign_key_check") != 0) {
    fail(file, fmt::format("migration {} would leave references to rows that are not there", migration.version));
  }
}

// All or none: the copy that was made stays the one of the version that is in the file, however often this is tried.
void migrate(Connection& connection, const fs::path& file, std::span<const Migration> migrations) {
  connection.run_script("BEGIN IMMEDIATE");
  try {
    for (const Migration& migration : migrations) apply(connection, file, migration);
    connection.run_script("COMMIT");
  } catch (...) {
    if (connection.in_transaction()) connection.run_script("ROLLBACK");
    throw;
  }
  for (const Migration& migration : migrations)
    runtime::log::info("store.migrated", "Database brought up to date", {{"version", migration.version}});
}

}  // namespace

void create_private_file(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0 && errno == EEXIST) return;
  if (descriptor < 0) fail(file, std::strerror(errno));
  ::close(descriptor);
  sync(fs::absolute(file).parent_path());
}

void bring_up_to_date(Connection& connection, const fs::path& file, std::span<const Migration> migrations) {
  const int latest = latest_version(migrations);
  const int version = check_identity(connection, file, latest);
  prepare_file(connection, file);
  if (version == latest) return;
  if (version > 0) copy_before(connection, file, latest);
  // Rebuilding a table drops the old one, which must not take along the rows that refer to it; apply() checks instead.
  connection.run_script("PRAGMA foreign_keys = OFF");
  const auto known = [version](const Migration& migration) { return migration.version <= version; };
  migrate(connection, file, {std::ranges::find_if_not(migrations, known), migrations.end()});
  connection.run_script("PRAGMA foreign_keys = ON");
}

}  // namespace holdfast::store
