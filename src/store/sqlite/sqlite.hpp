#pragma once

#include <sqlite3.h>

#include <cassert>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "sqlite/damaged_row.hpp"
#include "store/sqlite/database.hpp"

// The SQLite library as this module uses it: connections that keep their prepared statements, and typed values.
// Whatever SQLite refuses becomes a DatabaseError.
namespace holdfast::store {

// Bytes for a BLOB column; plain strings go to TEXT columns.
struct Blob {
  std::string_view bytes;
};

// For statements whose columns and parameters depend on what is asked.
using Value = std::variant<std::int64_t, double, std::string>;

// One use of a prepared statement. What is bound must outlive it: nothing is copied.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // To each ? in this order.
  template <class... Values>
  void bind(const Values&... values) {
    int index = 0;
    (bind_value(++index, values), ...);
    assert(index == sqlite3_bind_parameter_count(handle_));
  }

  void bind_all(std::span<const Value> values) {
    int index = 0;
    for (const Value& value : values) {
      std::visit([&](const auto& held) { bind_value(++index, held); }, value);
    }
    assert(index == sqlite3_bind_parameter_count(handle_));
  }

  // Goes to the next row; false when there is none.
  bool step();

  // The row's columns in this order, from where the last read of the row ended. NULL reads as empty or 0, or as nothing
  // for an optional.
  template <class... Fields>
  void read(Fields&... fields) {
    (read_value(column_++, fields), ...);
  }
  // The next read begins at the first column again.
  void rewind() { column_ = 0; }

 private:
  void bind_value(int index, std::string_view text);
  void bind_value(int index, Blob blob);
  void bind_value(int index, std::int64_t number);
  void bind_value(int index, double number);
  void bind_value(int index, core::Time time) { bind_value(index, std::int64_t{time.time_since_epoch().count()}); }

  // Beyond what SQLite can hold only nonsense is left, and the largest number is as good as any other.
  template <std::integral T>
  void bind_value(int index, T number) {
    constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
    bind_value(index, std::in_range<std::int64_t>(+number) ? static_cast<std::int64_t>(number) : kLargest);
  }
  template <class Tag>
  void bind_value(int index, const core::Id<Tag>& id) {
    bind_value(index, std::string_view(id.text()));
  }
  template <class T>
  void bind_value(int index, const std::optional<T>& value) {
    if (value) bind_value(index, *value);
  }

  std::string_view text(int column);
  std::int64_t number(int column) { return sqlite3_column_int64(handle_, column); }

  Value value(int column);  // NULL reads as 0

  void read_value(int column, Value& value) { value = this->value(column); }
  void read_value(int column, std::string& value) { value = text(column); }
  void read_value(int column, bool& value) { value = number(column) != 0; }
  void read_value(int column, double& value) { value = sqlite3_column_double(handle_, column); }
  void read_value(int column, core::Time& value) { value = core::Time(core::milliseconds(number(column))); }
  template <std::integral T>
  void read_value(int column, T& value) {
    value = static_cast<T>(number(column));
  }
  template <class Tag>
  void read_value(int column, core::Id<Tag>& value) {
    value = core::Id<Tag>(std::string(text(column)));
  }
  template <class T>
  void read_value(int column, std::optional<T>& value) {
    if (sqlite3_column_type(handle_, column) == SQLITE_NULL) return value.reset();
    read_value(column, value.emplace());
  }

  sqlite3_stmt* handle_;
  int column_ = 0;  // that is read next
};

// Of a statement with one column.
template <class T>
T read_one(Statement& row) {
  T value{};
  row.read(value);
  return value;
}

inline std::string read_text(Statement& row) {
  return read_one<std::string>(row);
}

enum class Access { Read, Write };

// One connection to the file, for one thread at a time. It prepares each statement once.
class Connection {
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close(handle); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
  };

 public:
  Connection(const std::filesystem::path& file, Access access);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs one statement and returns how many rows it inserted, changed or deleted.
  template <class... Values>
  std::int64_t run(std::string_view sql, const Values&... values) {
    use(sql, values...);
    return sqlite3_changes64(handle_.get());
  }

  // The first row as `read_row` makes it of the statement, or nothing.
  template <class ReadRow, class... Values>
  auto find(std::string_view sql, ReadRow read_row, const Values&... values) {
    Statement statement(prepare(sql));
    statement.bind(values...);
    std::optional<std::invoke_result_t<ReadRow, Statement&>> row;
    if (statement.step()) read_undamaged(statement, [&] { row = read_row(statement); });
    return row;
  }

  template <class ReadRow, class... Values>
  auto list(std::string_view sql, ReadRow read_row, const Values&... values) {
    Statement statement(prepare(sql));
    statement.bind(values...);
    std::vector<std::invoke_result_t<ReadRow, Statement&>> rows;
    while (statement.step()) read_undamaged(statement, [&] { rows.push_back(read_row(statement)); });
    return rows;
  }

  // The same for a statement that is not kept: there are as many of them as questions can be put.
  template <class ReadRow>
  auto list_once(std::string_view sql, std::span<const Value> values, ReadRow read_row) {
    const std::unique_ptr<sqlite3_stmt, Finalize> prepared = prepare_once(sql);
    Statement statement(prepared.get());
    statement.bind_all(values);
    std::vector<std::invoke_result_t<ReadRow, Statement&>> rows;
    while (statement.step()) read_undamaged(statement, [&] { rows.push_back(read_row(statement)); });
    return rows;
  }

  // The number in the first column of the first row.
  template <class... Values>
  std::int64_t number(std::string_view sql, const Values&... values) {
    return find(sql, read_number, values...).value_or(0);
  }

  // Several statements, not kept.
  void run_script(const std::string& sql);

  // How many statements were run so far, scripts apart.
  std::uint64_t statements_run() const { return statements_run_; }

  bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }

  // From here on statements end by DatabaseInterrupted once `is_over` says so, which is asked every few thousand steps;
  // empty: they run to their end.
  void interrupt_when(std::function<bool()> is_over);

  // Pages in the write-ahead log after the last commit of this connection.
  int wal_pages() const { return wal_pages_; }

  // Copies the log into the file; false when readers kept some of it back. Waits for them only a moment.
  bool checkpoint(int mode);

 private:
  void configure(Access access);
  sqlite3_stmt* prepare(std::string_view sql);
  std::unique_ptr<sqlite3_stmt, Finalize> prepare_once(std::string_view sql, unsigned flags = 0);
  static std::int64_t read_number(Statement& row);
  static void log_damaged(Statement& row, const DamagedRow& error);

  // One row that is damaged must not hide the others.
  template <class Read>
  void read_undamaged(Statement& row, Read read) {
    try {
      read();
    } catch (const DamagedRow& error) {
      log_damaged(row, error);
    }
  }

  template <class... Values>
  void use(std::string_view sql, const Values&... values) {
    Statement statement(prepare(sql));
    statement.bind(values...);
    while (statement.step()) {
    }
  }

  int wal_pages_ = 0;
  std::uint64_t statements_run_ = 0;
  std::function<bool()> is_over_;
  std::unique_ptr<sqlite3, Close> handle_;
  std::map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>, std::less<>> statements_;
};

// What a View looks through.
inline Connection& connection_of(View& view) {
  return *view.connection_;
}

}  // namespace holdfast::store
