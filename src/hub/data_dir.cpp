#include "data_dir.hpp"

#include <fmt/format.h>

#include "runtime/log/log.hpp"
#include "store/accounts/accounts.hpp"
#include "store/hosts/hosts.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::hub {
namespace {

// Something that only the key of this database opens.
constexpr std::string_view kProof = "secret_key_proof";
constexpr std::string_view kProofContext = "settings.secret_key_proof";

std::filesystem::path key_file(const Options& options) {
  return options.data_dir / "secret.key";
}

bool has_content(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  return !error && size > 0;
}

// What is known of the key of a database.
struct Traces {
  std::optional<std::string> proof;
  std::vector<core::Repository> repositories;

  bool need_a_key() const { return proof || !repositories.empty(); }
};

bool is_opened_by(const Traces& traces, const runtime::SecretBox& secrets) {
  if (traces.proof) return secrets.open(kProofContext, runtime::from_base64(*traces.proof).value_or("")).has_value();
  if (traces.repositories.empty()) return true;
  const auto& any = traces.repositories.front();
  return secrets.open("repositories.password:" + any.id.text(), any.sealed_password).has_value();
}

void refuse(const Options& options, std::string_view what) {
  throw std::runtime_error(
      fmt::format("{} Put the right {} back from a backup. With --new this hub makes do without it: the passwords of "
                  "all repositories "
                  "are then lost to it and must be entered again.",
                  what, key_file(options).string()));
}

runtime::Task<std::optional<runtime::SecretBox>> checked_secrets(store::Database& database, const Options& options) {
  const auto look = [](store::View& view) {
    return Traces{store::find_setting(view, kProof), store::list_repositories(view)};
  };
  const auto traces = co_await database.read(look);
  if (traces.need_a_key() && !has_content(key_file(options)) && !options.new_data)
    refuse(options,
           fmt::format("The database {} is here, but not the key of its secrets.", database_file(options).string()));
  auto secrets = runtime::SecretBox::open_key_file(key_file(options));
  const bool fits = is_opened_by(traces, secrets);
  if (!fits && !options.new_data)
    refuse(options, fmt::format("{} is not the key of the secrets in {}.", key_file(options).string(),
                                database_file(options).string()));
  if (!fits) runtime::log::warning("secrets.lost", "The secrets in the database were encrypted with another key");
  if (!traces.proof || !fits) {
    const std::string proof = runtime::to_base64(secrets.seal(kProofContext, "holdfast"));
    const auto keep = [&](store::Transaction& tx) { store::set_setting(tx, kProof, proof); };
    co_await database.write(keep);
  }
  co_return secrets;
}

}  // namespace

std::filesystem::path database_file(const Options& options) {
  return options.data_dir / "holdfast.db";
}

void refuse_lost_database(const Options& options) {
  if (options.new_data || !has_content(key_file(options)) || has_content(database_file(options))) return;
  throw std::runtime_error(
      fmt::format("{} is here, but the database {} is missing or empty. Put it back from a backup, or look whether "
                  "server.data_dir is the right folder; --new starts with an empty database instead.",
                  key_file(options).string(), database_file(options).string()));
}

runtime::SecretBox open_secrets(runtime::Loop& loop, store::Database& database, const Options& options) {
  return runtime::run_to_end(loop, checked_secrets(database, options)).value();
}

}  // namespace holdfast::hub
