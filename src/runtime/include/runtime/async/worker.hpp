#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "runtime/async/task.hpp"

namespace holdfast::runtime {

// A few named threads for work that blocks (password hashing, file system), with a bounded queue.
// Lives shorter than the loops that wait for it.
class WorkerPool {
 public:
  WorkerPool(std::string name, std::size_t threads, std::size_t max_waiting);
  ~WorkerPool();  // finishes what is queued
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Runs `work` on one of the threads and resumes on the loop with what it returned; rethrows what it threw.
  // A task that is cancelled meanwhile still waits for the end of the work. Nothing when the queue is full: the caller
  // answers "busy".
  template <class T>
  Task<std::optional<T>> run(std::function<T()> work) {
    std::optional<T> result;
    std::function<void()> job = [&result, &work] { result = work(); };
    const bool accepted = co_await run_job(job);
    if (!accepted) co_return std::nullopt;
    co_return result;
  }

 private:
  // False when the queue is full. `job` outlives the call.
  Task<bool> run_job(std::function<void()>& job);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::runtime
