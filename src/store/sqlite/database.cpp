#include "store/sqlite/database.hpp"

#include <string>
#include <system_error>

#include "core/ids.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/log/log.hpp"
#include "runtime/secrets/crypto.hpp"
#include "sqlite/migrations.hpp"
#include "sqlite/readers.hpp"
#include "sqlite/sqlite.hpp"
#include "sqlite/writer.hpp"
#include "text/ulid.hpp"

namespace holdfast::store {
namespace {

namespace fs = std::filesystem;

// Up to 3.51.2 two connections that checkpoint at once may damage the file.
constexpr int kVersionWithSafeCheckpoints = 3051003;

constexpr std::string_view kAddDefaultCustomer =
    "INSERT INTO customers (uid, slug, name, created_at) VALUES (?1, 'default', 'Default', ?2) ON CONFLICT (slug) DO "
    "NOTHING";

void add_default_customer(Connection& connection) {
  const core::Time now = runtime::SystemClock().now();
  const auto entropy = runtime::random_ulid_entropy();
  connection.run(kAddDefaultCustomer, text::make_ulid(now, entropy), now);
}

std::unique_ptr<Connection> open_for_writing(const fs::path& file) {
  create_private_file(file);
  auto connection = std::make_unique<Connection>(file, Access::Write);
  bring_up_to_date(*connection, file);
  add_default_customer(*connection);
  return connection;
}

void log_version() {
  const bool safe = sqlite3_libversion_number() >= kVersionWithSafeCheckpoints;
  const std::string_view note = safe ? "" : "one connection alone writes and checkpoints, as this version requires";
  runtime::log::info("store.sqlite", "SQLite", {{"version", sqlite3_libversion()}, {"note", note}});
}

std::uint64_t size_of(const fs::path& file) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(file, error);
  return error ? 0 : size;
}

}  // namespace

struct Database::State {
  State(runtime::Loop& event_loop, const fs::path& path)
      : loop(event_loop),
        file(path),
        writer(event_loop, open_for_writing(path)),
        readers(event_loop, path, {.name = "store-reader", .threads = 2, .limit = std::nullopt}),
        costly(event_loop, path, {.name = "store-costly", .threads = 2, .limit = kCostlyLimit}) {}

  runtime::Loop& loop;
  fs::path file;
  Writer writer;  // closes last: whoever does checkpoints
  Readers readers;
  Readers costly;
};

Database::Database(runtime::Loop& loop, const fs::path& file) : state_(std::make_unique<State>(loop, file)) {
  log_version();
}

Database::~Database() = default;

Task<> Database::write(std::function<void(Transaction&)> work) {
  co_await run_write(work);
}

Task<> Database::run_write(std::function<void(Transaction&)>& job) {
  return submit(state_->loop, state_->writer.queue(), [&job](Connection& connection) {
    Transaction transaction(connection);
    job(transaction);
  });
}

Task<> Database::run_read(std::function<void(View&)>& job) {
  return submit(state_->loop, state_->readers.queue(), [&job](Connection& connection) {
    View view(connection);
    job(view);
  });
}

Task<> Database::run_read_costly(std::string owner, std::function<void(View&)>& job) {
  const auto work = [&job](Connection& connection) {
    View view(connection);
    job(view);
  };
  return submit(state_->loop, state_->costly.queue(), work, std::move(owner));
}

DatabaseStats Database::stats() const {
  return {
      .file_bytes = size_of(state_->file),
      .wal_bytes = size_of(state_->file.string() + "-wal"),
      .commits = state_->writer.commits(),
      .transactions = state_->writer.transactions(),
      .waiting = state_->writer.waiting() + state_->readers.waiting() + state_->costly.waiting(),
  };
}

}  // namespace holdfast::store
