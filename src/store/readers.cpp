#include "readers.hpp"

#include <pthread.h>

#include "sqlite.hpp"

namespace holdfast::store {
namespace {

constexpr int kThreads = 2;

void read_snapshot(Connection& connection, Request& request) {
  connection.run("BEGIN");
  try {
    request.work(connection);
  } catch (...) {
    request.error = std::current_exception();
  }
  if (connection.in_transaction()) connection.run("ROLLBACK");
}

}  // namespace

Readers::Readers(runtime::Loop& loop, const std::filesystem::path& file) : loop_(loop) {
  for (int i = 0; i < kThreads; ++i) connections_.push_back(std::make_unique<Connection>(file, Access::Read));
  for (const auto& connection : connections_) {
    threads_.emplace_back([this, &connection = *connection] { run(connection); });
    pthread_setname_np(threads_.back().native_handle(), "store-reader");
  }
}

Readers::~Readers() {
  queue_.close();
  for (std::jthread& thread : threads_) thread.join();
}

void Readers::run(Connection& connection) {
  while (!queue_.finished()) {
    std::vector<Request> requests = queue_.take(1);
    if (requests.empty()) continue;
    try {
      read_snapshot(connection, requests.front());
    } catch (const DatabaseError&) {
      requests.front().error = std::current_exception();
    }
    resume_all(loop_, std::move(requests));
  }
}

}  // namespace holdfast::store
