#include "sqlite/readers.hpp"

#include <pthread.h>

#include "sqlite/sqlite.hpp"

namespace holdfast::store {
namespace {

using Steady = std::chrono::steady_clock;

// Statements end by an exception once `is_over` says so, for as long as this lives.
class Interruptible {
 public:
  Interruptible(Connection& connection, std::function<bool()> is_over) : connection_(connection) {
    connection_.interrupt_when(std::move(is_over));
  }
  ~Interruptible() { connection_.interrupt_when({}); }
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;

 private:
  Connection& connection_;
};

void read_snapshot(Connection& connection, Request& request, std::function<bool()> is_over) {
  connection.run("BEGIN");
  try {
    const Interruptible interruptible(connection, std::move(is_over));
    request.work(connection);
  } catch (...) {
    request.error = std::current_exception();
  }
  if (connection.in_transaction()) connection.run("ROLLBACK");
}

}  // namespace

Readers::Readers(runtime::Loop& loop, const std::filesystem::path& file, ReadersOptions options)
    : loop_(loop), options_(options) {
  for (int i = 0; i < options_.threads; ++i) connections_.push_back(std::make_unique<Connection>(file, Access::Read));
  for (const auto& connection : connections_) {
    threads_.emplace_back([this, &connection = *connection] { run(connection); });
    pthread_setname_np(threads_.back().native_handle(), options_.name);
  }
}

Readers::~Readers() {
  closing_ = true;
  queue_.close();
  for (std::jthread& thread : threads_) thread.join();
}

void Readers::run(Connection& connection) {
  while (!queue_.finished()) {
    std::vector<Request> requests = queue_.take(1);
    if (requests.empty()) continue;
    try {
      serve(connection, requests.front());
    } catch (const core::DatabaseError&) {
      requests.front().error = std::current_exception();
    }
    resume_all(loop_, std::move(requests));
  }
}

void Readers::serve(Connection& connection, Request& request) const {
  const auto until = options_.limit ? Steady::now() + *options_.limit : Steady::time_point::max();
  const auto is_over = [&] { return closing_ || *request.abandoned || Steady::now() > until; };
  if (is_over()) throw core::DatabaseInterrupted("What was asked of the database was given up before it began.");
  read_snapshot(connection, request, is_over);
}

}  // namespace holdfast::store
