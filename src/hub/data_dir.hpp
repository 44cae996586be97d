#pragma once

#include "hub/options.hpp"
#include "runtime/async/task.hpp"
#include "runtime/secrets/crypto.hpp"
#include "store/sqlite/database.hpp"

// The database and the key that its secrets are encrypted with, which are worth something only together. What does not
// belong together is refused by std::runtime_error with a sentence, unless options.new_data says that it is meant so.
namespace holdfast::hub {

std::filesystem::path database_file(const Options& options);

// Refuses a folder with a key whose database is gone: before one is made.
void refuse_lost_database(const Options& options);

// The key of a database: made with a new one, refused where it is missing or another one. Runs the loop meanwhile.
runtime::SecretBox open_secrets(runtime::Loop& loop, store::Database& database, const Options& options);

}  // namespace holdfast::hub
