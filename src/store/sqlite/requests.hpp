#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "sqlite/sqlite.hpp"
#include "store/sqlite/database.hpp"

// How coroutines on the loop hand work to the threads that own a connection.
namespace holdfast::store {

struct Request {
  std::move_only_function<void(Connection&)> work;
  std::move_only_function<void(std::exception_ptr)> resume;  // the waiting coroutine; on the loop only
  runtime::asio::executor_work_guard<runtime::Executor> keeps_loop_running;
  std::shared_ptr<std::atomic<bool>> abandoned;  // nobody waits for an answer any more
  std::string owner;                             // on whose behalf: owners take turns
  std::exception_ptr error;                      // of the work, for the coroutine
};

class RequestQueue {
 public:
  using Duration = std::chrono::steady_clock::duration;

  void push(Request request);

  // Waits for something to do and takes at most `limit` requests, of each owner in turn. None when `patience` ran out,
  // or when the queue is finished.
  std::vector<Request> take(std::size_t limit, std::optional<Duration> patience = std::nullopt);

  // No more will be pushed.
  void close();
  // Closed, and everything was taken.
  bool finished() const;
  std::size_t size() const;

 private:
  struct Lane {
    std::string owner;
    std::deque<Request> waiting;  // never empty
  };
  Request take_one();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_.
  std::list<Lane> lanes_;  // the next to be served first
  std::size_t size_ = 0;
  bool closed_ = false;
};

// Waits on `loop` until a thread has done the work, and rethrows what it threw. A cancelled coroutine marks its request
// as abandoned and goes on waiting: the work uses what is in its frame.
Task<> submit(runtime::Loop& loop, RequestQueue& queue, std::move_only_function<void(Connection&)> work,
              std::string owner = {});

// Resumes all that wait for `done`, by one hop to the loop.
void resume_all(runtime::Loop& loop, std::vector<Request> done);

}  // namespace holdfast::store
