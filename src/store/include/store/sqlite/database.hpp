#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "core/database_error.hpp"
#include "core/ids.hpp"
#include "runtime/async/task.hpp"

// The database. All SQL of the program is in this module; others see rows as plain structs.
//
// What is stored is reached through a View (reading) or a Transaction (reading and writing), by the functions of the
// other headers here: `find_host(view, id)`, `add_job(transaction, job)`.
namespace holdfast::store {

using runtime::Task;

class Connection;

// A consistent snapshot of the database for the length of one call.
class View {
 public:
  explicit View(Connection& connection) : connection_(&connection) {}

  // The key of a host inside the database, for whoever asks next in this call.
  void note_key(const core::HostId& host, std::int64_t key) {
    last_host_ = host;
    last_key_ = key;
  }

 private:
  friend Connection& connection_of(View& view);  // for this module alone
  friend std::int64_t find_key(View& view, const core::HostId& host);

  Connection* connection_;
  core::HostId last_host_;     // most of what is done in one transaction is about the same host
  std::int64_t last_key_ = 0;  // its key inside the database
};

// A View that may also write. What it did is durable when Database::write returns, or did not happen at all.
class Transaction : public View {
 public:
  using View::View;
};

struct DatabaseStats {
  std::uint64_t file_bytes = 0;
  std::uint64_t wal_bytes = 0;
  std::uint64_t commits = 0;       // group commits so far
  std::uint64_t transactions = 0;  // write() calls so far; more than commits when grouping works
  std::uint64_t waiting = 0;
};

// How long SQLite may work on one question of read_costly().
inline constexpr std::chrono::seconds kCostlyLimit{3};

// One SQLite file behind one writer thread and a few readers. The writer takes all that waits into one commit (WAL,
// synchronous=FULL), so that many small durable writes cost little more than one; it also runs the checkpoints.
class Database {
 public:
  // Opens or makes the file (mode 0600) and brings it up to date: a copy is made before a migration, and a file newer
  // than the program is refused. Throws DatabaseError with a sentence.
  Database(runtime::Loop& loop, const std::filesystem::path& file);
  ~Database();  // finishes what is to be written, and gives up what is being read
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Runs `work` on the writer thread in a transaction of its own within a group, and resumes on the loop when the group
  // is durable. When `work` throws, its changes are undone, the others of the group are not, and the exception comes
  // here. `work` runs exactly once unless the database itself fails; it must not touch what belongs to the loop's
  // thread.
  template <class T>
  Task<T> write(std::function<T(Transaction&)> work) {
    std::optional<T> result;
    std::function<void(Transaction&)> job = [&result, &work](Transaction& transaction) { result = work(transaction); };
    co_await run_write(job);
    co_return std::move(*result);
  }
  Task<> write(std::function<void(Transaction&)> work);
  template <class Work>
  auto write(Work work) -> Task<std::invoke_result_t<Work&, Transaction&>> {
    std::function<std::invoke_result_t<Work&, Transaction&>(Transaction&)> function = std::ref(work);
    co_return co_await write(function);
  }

  // Runs `work` on a reader thread. DatabaseInterrupted when the caller was cancelled meanwhile.
  template <class T>
  Task<T> read(std::function<T(View&)> work) {
    std::optional<T> result;
    std::function<void(View&)> job = [&result, &work](View& view) { result = work(view); };
    co_await run_read(job);
    co_return std::move(*result);
  }
  template <class Work>
  auto read(Work work) -> Task<std::invoke_result_t<Work&, View&>> {
    std::function<std::invoke_result_t<Work&, View&>(View&)> function = std::ref(work);
    co_return co_await read(function);
  }

  // The same for what may take long, because of what was asked or of how much there is: on threads of their own, so
  // that only others of its kind wait for it, each `owner` in turn. DatabaseInterrupted after kCostlyLimit.
  template <class Work>
  auto read_costly(std::string owner, Work work) -> Task<std::invoke_result_t<Work&, View&>> {
    std::optional<std::invoke_result_t<Work&, View&>> result;
    std::function<void(View&)> job = [&result, &work](View& view) { result = work(view); };
    co_await run_read_costly(std::move(owner), job);
    co_return std::move(*result);
  }

  DatabaseStats stats() const;

 private:
  // `job` outlives the call.
  Task<> run_write(std::function<void(Transaction&)>& job);
  Task<> run_read(std::function<void(View&)>& job);
  Task<> run_read_costly(std::string owner, std::function<void(View&)>& job);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::store
