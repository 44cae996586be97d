#pragma once

#include <filesystem>
#include <thread>
#include <vector>

#include "requests.hpp"

namespace holdfast::store {

// A few threads that read, each with a connection of its own. Every request sees one snapshot.
class Readers {
 public:
  Readers(runtime::Loop& loop, const std::filesystem::path& file);
  ~Readers();  // finishes what is queued
  Readers(const Readers&) = delete;
  Readers& operator=(const Readers&) = delete;

  RequestQueue& queue() { return queue_; }
  std::size_t waiting() const { return queue_.size(); }

 private:
  void run(Connection& connection);

  runtime::Loop& loop_;
  RequestQueue queue_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<std::jthread> threads_;  // last: they use all of the above
};

}  // namespace holdfast::store
