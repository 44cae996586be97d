#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <optional>
#include <thread>
#include <vector>

#include "sqlite/requests.hpp"

namespace holdfast::store {

struct ReadersOptions {
  const char* name;  // of the threads
  int threads = 2;
  std::optional<std::chrono::milliseconds> limit;  // for one request
};

// A few threads that read, each with a connection of its own. Every request sees one snapshot. One that is abandoned,
// takes longer than the limit or is under way at the end is given up with DatabaseInterrupted.
class Readers {
 public:
  Readers(runtime::Loop& loop, const std::filesystem::path& file, ReadersOptions options);
  ~Readers();  // nobody waits: what is queued or under way is given up
  Readers(const Readers&) = delete;
  Readers& operator=(const Readers&) = delete;

  RequestQueue& queue() { return queue_; }
  std::size_t waiting() const { return queue_.size(); }

 private:
  void run(Connection& connection);
  void serve(Connection& connection, Request& request) const;

  runtime::Loop& loop_;
  const ReadersOptions options_;
  std::atomic<bool> closing_ = false;
  RequestQueue queue_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<std::jthread> threads_;  // last: they use all of the above
};

}  // namespace holdfast::store
