#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "sqlite.hpp"
#include "store/database.hpp"

// How coroutines on the loop hand work to the threads that own a connection.
namespace holdfast::store {

struct Request {
  std::move_only_function<void(Connection&)> work;
  std::move_only_function<void(std::exception_ptr)> resume;  // the waiting coroutine; on the loop only
  runtime::asio::executor_work_guard<runtime::Executor> keeps_loop_running;
  std::exception_ptr error;  // of the work, for the coroutine
};

class RequestQueue {
 public:
  using Duration = std::chrono::steady_clock::duration;

  void push(Request request);

  // Waits for something to do and takes at most `limit` requests. None when `patience` ran out, or when the queue is
  // finished.
  std::vector<Request> take(std::size_t limit, std::optional<Duration> patience = std::nullopt);

  // No more will be pushed.
  void close();
  // Closed, and everything was taken.
  bool finished() const;
  std::size_t size() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_.
  std::deque<Request> waiting_;
  bool closed_ = false;
};

// Waits on `loop` until a thread has done the work, and rethrows what it threw. A cancelled coroutine goes on waiting:
// the work uses what is in its frame.
Task<> submit(runtime::Loop& loop, RequestQueue& queue, std::move_only_function<void(Connection&)> work);

// Resumes all that wait for `done`, by one hop to the loop.
void resume_all(runtime::Loop& loop, std::vector<Request> done);

}  // namespace holdfast::store
