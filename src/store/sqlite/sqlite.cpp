#include "sqlite/sqlite.hpp"

#include <fmt/format.h>

#include "core/filter/filter.hpp"
#include "runtime/log/log.hpp"
#include "runtime/log/log_once.hpp"

namespace holdfast::store {
namespace {

constexpr int kBusyMilliseconds = 5000;
constexpr int kCheckpointBusyMilliseconds = 100;
constexpr int kStepsBetweenLooks = 4000;  // of SQLite's machine: some hundredths of a millisecond

// Of every connection. The writer of Database checkpoints by itself; secure_delete is of no use where all secrets are
// hashed or sealed.
constexpr const char* kSettings =
    "PRAGMA foreign_keys = ON;"
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA cell_size_check = ON;"
    "PRAGMA secure_delete = OFF;"
    "PRAGMA wal_autocheckpoint = 0;";
constexpr const char* kWriterSettings =
    "PRAGMA synchronous = FULL;"
    "PRAGMA cache_size = -8000;"
    "PRAGMA journal_size_limit = 67108864;";
constexpr const char* kReaderSettings =
    "PRAGMA query_only = ON;"
    "PRAGMA cache_size = -2000;";

[[noreturn]] void fail(sqlite3* handle, int code) {
  const char* file = handle == nullptr ? nullptr : sqlite3_db_filename(handle, "main");
  const char* what = handle == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle);
  const auto sentence = fmt::format("Database {}: {}.", file == nullptr ? "" : file, what);
  if ((code & 0xFF) == SQLITE_FULL) throw core::DatabaseFull(sentence);
  if ((code & 0xFF) == SQLITE_INTERRUPT) throw core::DatabaseInterrupted(sentence);
  throw core::DatabaseError(sentence);
}

void check(sqlite3* handle, int code) {
  if (code != SQLITE_OK) fail(handle, code);
}

std::string_view text_of(sqlite3_value* value) {
  const void* text = sqlite3_value_text(value);
  if (text == nullptr) return {};
  return {static_cast<const char*>(text), static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

// compare_versions(a, b), as core has it; NULL when one of them is.
void compare_versions(sqlite3_context* context, int, sqlite3_value** values) {
  if (sqlite3_value_type(values[0]) == SQLITE_NULL || sqlite3_value_type(values[1]) == SQLITE_NULL) return;
  sqlite3_result_int(context, core::compare_versions(text_of(values[0]), text_of(values[1])));
}

}  // namespace

Statement::~Statement() {
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
}

bool Statement::step() {
  rewind();
  const int code = sqlite3_step(handle_);
  if (code != SQLITE_ROW && code != SQLITE_DONE) fail(sqlite3_db_handle(handle_), code);
  return code == SQLITE_ROW;
}

// SQLite takes a null pointer for NULL, and an empty view may be one.
void Statement::bind_value(int index, std::string_view text) {
  const char* data = text.empty() ? "" : text.data();
  check(sqlite3_db_handle(handle_), sqlite3_bind_text64(handle_, index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Statement::bind_value(int index, Blob blob) {
  const char* data = blob.bytes.empty() ? "" : blob.bytes.data();
  check(sqlite3_db_handle(handle_), sqlite3_bind_blob64(handle_, index, data, blob.bytes.size(), SQLITE_STATIC));
}

void Statement::bind_value(int index, std::int64_t number) {
  check(sqlite3_db_handle(handle_), sqlite3_bind_int64(handle_, index, number));
}

void Statement::bind_value(int index, double number) {
  check(sqlite3_db_handle(handle_), sqlite3_bind_double(handle_, index, number));
}

// Of TEXT and BLOB columns.
std::string_view Statement::text(int column) {
  const void* data = sqlite3_column_blob(handle_, column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

Value Statement::value(int column) {
  switch (sqlite3_column_type(handle_, column)) {
    case SQLITE_TEXT:
      return std::string(text(column));
    case SQLITE_FLOAT:
      return sqlite3_column_double(handle_, column);
    default:
      return number(column);
  }
}

Connection::Connection(const std::filesystem::path& file, Access access) {
  // Once, before the library is used: nobody asks how much memory it has, and counting it takes a lock at each turn.
  [[maybe_unused]] static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  const int mode = access == Access::Write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &handle, mode | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_.reset(handle);
  check(handle, code);
  configure(access);
}

void Connection::configure(Access access) {
  sqlite3* handle = handle_.get();
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, kBusyMilliseconds);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  run_script(kSettings);
  run_script(access == Access::Write ? kWriterSettings : kReaderSettings);
  check(handle, sqlite3_create_function_v2(handle, "compare_versions", 2,
                                           SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, nullptr,
                                           compare_versions, nullptr, nullptr, nullptr));
  // Two connections must never checkpoint at the same time: before 3.51.3 SQLite may then damage the file.
  if (access == Access::Read) sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  const auto remember_pages = [](void* pages, sqlite3*, const char*, int count) {
    *static_cast<int*>(pages) = count;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(handle, remember_pages, &wal_pages_);
}

sqlite3_stmt* Connection::prepare(std::string_view sql) {
  if (const auto known = statements_.find(sql); known != statements_.end()) {
    ++statements_run_;
    return known->second.get();
  }
  return statements_.emplace(sql, prepare_once(sql, SQLITE_PREPARE_PERSISTENT)).first->second.get();
}

std::unique_ptr<sqlite3_stmt, Connection::Finalize> Connection::prepare_once(std::string_view sql, unsigned flags) {
  ++statements_run_;
  sqlite3_stmt* statement = nullptr;
  const int size = static_cast<int>(sql.size());
  check(handle_.get(), sqlite3_prepare_v3(handle_.get(), sql.data(), size, flags, &statement, nullptr));
  return std::unique_ptr<sqlite3_stmt, Finalize>(statement);
}

// By its first column, which names it.
void Connection::log_damaged(Statement& row, const DamagedRow& error) {
  row.rewind();
  const std::string name = read_text(row);
  if (!runtime::log::is_first(fmt::format("{} {}", error.what(), name))) return;
  runtime::log::error("store.damaged_row", "A row of the database cannot be read and is passed over",
                      {{"error", error.what()}, {"row", name}});
}

std::int64_t Connection::read_number(Statement& row) {
  std::int64_t number = 0;
  row.read(number);
  return number;
}

void Connection::run_script(const std::string& sql) {
  check(handle_.get(), sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr));
}

void Connection::interrupt_when(std::function<bool()> is_over) {
  is_over_ = std::move(is_over);
  constexpr int (*look)(void*) = [](void* asked) { return (*static_cast<std::function<bool()>*>(asked))() ? 1 : 0; };
  sqlite3_progress_handler(handle_.get(), is_over_ ? kStepsBetweenLooks : 0, is_over_ ? look : nullptr, &is_over_);
}

bool Connection::checkpoint(int mode) {
  int pages = 0;
  int copied = 0;
  sqlite3_busy_timeout(handle_.get(), kCheckpointBusyMilliseconds);
  const int code = sqlite3_wal_checkpoint_v2(handle_.get(), "main", mode, &pages, &copied);
  sqlite3_busy_timeout(handle_.get(), kBusyMilliseconds);
  if (code != SQLITE_OK && (code & 0xFF) != SQLITE_BUSY) fail(handle_.get(), code);
  if (pages >= 0) wal_pages_ = pages;
  return code == SQLITE_OK && pages == copied;
}

}  // namespace holdfast::store
