#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include "sqlite/sqlite.hpp"

// Brings a database file up to date. The version is in the file's user_version, and its application_id says that it is
// ours.
namespace holdfast::store {

struct Migration {
  int version;
  std::string_view sql;
};

// All of the program, numbered from 1.
std::span<const Migration> embedded_migrations();

// An empty file of mode 0600, if there is none.
void create_private_file(const std::filesystem::path& file);

// Makes or changes the schema, one transaction a migration, after a copy was put beside the file
// (`<file>.before-<version>`). Throws DatabaseError, with nothing changed, when the file is of another program or of a
// later version of this one.
void bring_up_to_date(Connection& connection, const std::filesystem::path& file,
                      std::span<const Migration> migrations = embedded_migrations());

}  // namespace holdfast::store
