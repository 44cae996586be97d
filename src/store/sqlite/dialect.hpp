#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

// What statements of this module need and each database says in its own way, as SQLite says it. All else in them is
// understood by PostgreSQL, too.
namespace holdfast::store {

// Between two tables, before ON: the planner takes them in the order in which they stand.
inline constexpr std::string_view kJoinInOrder = "CROSS JOIN";

// A condition that no index answers, so that the planner takes another one.
inline std::string without_index(std::string_view column) {
  return fmt::format("+{}", column);
}

// To sort or to compare by.
inline std::string ignoring_case(std::string_view column) {
  return fmt::format("{} COLLATE NOCASE", column);
}

// No sign in `part` has a meaning.
inline std::string contains(std::string_view text, std::string_view part) {
  return fmt::format("instr({}, {}) > 0", text, part);
}

// The same as LIKE has it, with \ before what means itself; big letters and small ones (of ASCII) are alike. A quarter
// of the time of contains() on lower(): it copies nothing.
inline std::string is_like(std::string_view text, std::string_view pattern) {
  return fmt::format("{} LIKE {} ESCAPE '\\'", text, pattern);
}

inline std::string last_characters(std::string_view text, int count) {
  return fmt::format("substr({}, -{})", text, count);
}

inline std::string bytes_of(std::string_view text) {
  return fmt::format("length(CAST({} AS BLOB))", text);
}

// Of two numbers, neither of which is NULL.
inline std::string greater_of(std::string_view one, std::string_view other) {
  return fmt::format("max({}, {})", one, other);
}
inline std::string lesser_of(std::string_view one, std::string_view other) {
  return fmt::format("min({}, {})", one, other);
}

// The values of a group, in the order of its rows.
inline std::string comma_separated(std::string_view column) {
  return fmt::format("group_concat({})", column);
}

// The number at `path` ("a.b") of a document; NULL where there is none, or the document is damaged.
inline std::string number_in_json(std::string_view column, std::string_view path) {
  return fmt::format("CASE WHEN json_valid({0}) THEN json_extract({0}, '$.{1}') END", column, path);
}

// Below 0, 0 or above it, as core::compare_versions() says; NULL when one of them is.
inline std::string version_order(std::string_view one, std::string_view other) {
  return fmt::format("compare_versions({}, {})", one, other);
}

}  // namespace holdfast::store
