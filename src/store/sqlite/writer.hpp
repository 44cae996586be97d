#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "sqlite/requests.hpp"
#include "sqlite/sqlite.hpp"

namespace holdfast::store {

// The one thread that changes the database. It takes all that waits into one transaction, each request in a savepoint
// of its own, and resumes them when the commit is on disk. It alone checkpoints.
class Writer {
 public:
  Writer(runtime::Loop& loop, std::unique_ptr<Connection> connection);
  ~Writer();  // finishes what is queued
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  RequestQueue& queue() { return queue_; }
  std::uint64_t commits() const { return commits_; }
  std::uint64_t transactions() const { return transactions_; }
  std::size_t waiting() const { return queue_.size(); }

 private:
  void run();
  void commit(std::vector<Request>& group);
  void run_all(std::vector<Request>& group);
  void run_one(Request& request);
  template <class Failure>
  void undo(Request& request);
  std::optional<RequestQueue::Duration> patience() const;
  void checkpoint_if_grown();
  void checkpoint(int mode);

  // Constant after construction.
  runtime::Loop& loop_;
  RequestQueue queue_;
  std::atomic<std::uint64_t> commits_ = 0;
  std::atomic<std::uint64_t> transactions_ = 0;
  // Of the thread.
  std::unique_ptr<Connection> connection_;
  int pages_at_checkpoint_ = 0;
  bool checkpoint_fails_ = false;

  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace holdfast::store
