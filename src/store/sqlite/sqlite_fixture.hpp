#pragma once

#include "database_fixture.hpp"

// For the tests of what is SQLite's alone.
namespace holdfast::store {

class SqliteTest : public DatabaseTest {
 protected:
  std::filesystem::path file() const { return file_in(folder_); }
};

}  // namespace holdfast::store
