#include "runtime/async/worker.hpp"

#include <pthread.h>

#include <algorithm>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

// A Waiting lies in the frame of the coroutine and needs no lock: from offer() to report() it is the thread's, and
// what report() posts is the last that the thread does to it. The coroutine keeps its frame until then, even when it
// is cancelled.
namespace holdfast::runtime {
namespace {

using Steady = std::chrono::steady_clock;
using Timer = asio::basic_waitable_timer<Steady, asio::wait_traits<Steady>, Executor>;

// A job and the coroutine that waits for it; lives in that coroutine's frame.
struct Waiting {
  Waiting(const Executor& on, std::function<void()>& what)
      : executor(on), job(what), done(on, Steady::time_point::max()) {}

  void run() {
    try {
      job();
    } catch (...) {
      failure = std::current_exception();
    }
  }

  // The last touch from the thread: the frame may be gone before this returns.
  void report() {
    const Executor loop = executor;
    asio::post(loop, [this] {
      ended = true;
      done.cancel();
    });
  }

  Executor executor;
  std::function<void()>& job;
  Timer done;
  bool ended = false;  // touched on the loop only
  std::exception_ptr failure;
};

}  // namespace

struct WorkerPool::State {
  bool offer(Waiting& job);
  void work();

  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Waiting*> queue;
  std::size_t unfinished = 0;  // queued or running
  std::size_t max_unfinished = 0;
  bool stopping = false;
  std::vector<std::thread> threads;
};

bool WorkerPool::State::offer(Waiting& job) {
  {
    const std::lock_guard lock(mutex);
    if (unfinished >= max_unfinished) return false;
    ++unfinished;
    queue.push_back(&job);
  }
  changed.notify_one();
  return true;
}

void WorkerPool::State::work() {
  std::unique_lock lock(mutex);
  for (;;) {
    changed.wait(lock, [this] { return stopping || !queue.empty(); });
    if (queue.empty()) return;
    Waiting* job = queue.front();
    queue.pop_front();
    lock.unlock();
    job->run();
    lock.lock();
    --unfinished;
    lock.unlock();
    job->report();
    lock.lock();
  }
}

WorkerPool::WorkerPool(std::string name, std::size_t threads, std::size_t max_waiting)
    : state_(std::make_unique<State>()) {
  state_->max_unfinished = threads + max_waiting;
  name.resize(std::min<std::size_t>(name.size(), 15));  // the kernel's limit
  for (std::size_t i = 0; i < threads; ++i) {
    state_->threads.emplace_back([state = state_.get()] { state->work(); });
    pthread_setname_np(state_->threads.back().native_handle(), name.c_str());
  }
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->changed.notify_all();
  for (std::thread& thread : state_->threads) thread.join();
}

Task<bool> WorkerPool::run_job(std::function<void()>& job) {
  const Executor executor = co_await asio::this_coro::executor;
  Waiting waiting(executor, job);
  if (!state_->offer(waiting)) co_return false;
  // A cancelled task still waits: the job uses this frame and its caller's.
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  while (!waiting.ended) {
    boost::system::error_code cancelled;
    co_await waiting.done.async_wait(asio::redirect_error(asio::use_awaitable_t<Executor>{}, cancelled));
  }
  co_await asio::this_coro::throw_if_cancelled(throws);
  if (waiting.failure) std::rethrow_exception(waiting.failure);
  co_return true;
}

}  // namespace holdfast::runtime
