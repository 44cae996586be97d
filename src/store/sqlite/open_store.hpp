#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "sqlite/sqlite.hpp"
#include "store/sqlite/database.hpp"

// What the tests of every store need of this one.
namespace holdfast::store {

inline std::filesystem::path file_in(const std::filesystem::path& folder) {
  return folder / "holdfast.db";
}

inline std::unique_ptr<Database> open_store(runtime::Loop& loop, const std::filesystem::path& folder) {
  return std::make_unique<Database>(loop, file_in(folder));
}

// A statement that no function of the store has: damage, or what another program would do.
template <class... Values>
void execute(View& view, std::string_view sql, const Values&... values) {
  connection_of(view).run(sql, values...);
}

inline std::int64_t count_rows(View& view, const std::string& table) {
  return connection_of(view).number("SELECT count(*) FROM " + table);
}

// So far, of the connection of this view.
inline std::uint64_t statements_run(View& view) {
  return connection_of(view).statements_run();
}

}  // namespace holdfast::store
