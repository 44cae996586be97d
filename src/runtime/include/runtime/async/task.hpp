#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// Coroutines on the event loop, and who waits for them.
namespace holdfast::runtime {

namespace asio = boost::asio;

using Loop = asio::io_context;
using Executor = Loop::executor_type;

// What a coroutine on the loop returns. Failures that input can cause are values; exceptions mean the world broke.
template <class T = void>
using Task = asio::awaitable<T, Executor>;

// Runs the coroutine, and the loop until there is nothing left to do on it; rethrows what the coroutine throws.
void run_to_end(Loop& loop, Task<> task);

// The same for one with a result. What starts a coroutine is costly to compile, so that it stands in one source only.
template <class T>
Task<> keep_result(Task<T> task, std::optional<T>& result) {
  result = co_await std::move(task);
}
template <class T>
T run_to_end(Loop& loop, Task<T> task) {
  std::optional<T> result;
  run_to_end(loop, keep_result(std::move(task), result));
  return std::move(result).value();  // throws where the loop was stopped before the coroutine ended
}

// Owns background coroutines: stop() cancels them, and the destructor requires that all have ended. A task that throws
// is logged under its name and ends alone. Make it the last member of its owner, so that tasks end before what they
// use. Lives on the loop's thread.
class TaskGroup {
 public:
  explicit TaskGroup(Loop& loop);
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // Starts `task` soon. `name` appears in the log if it fails.
  void spawn(std::string name, std::function<Task<>()> task);
  // Asks every task to stop: its current wait ends with operation_aborted.
  void cancel();
  // Cancels, and returns when every task has ended, even if the caller is cancelled meanwhile. A caller that is
  // cancelled already does `co_await asio::this_coro::reset_cancellation_state()` first, as before any other wait.
  Task<> stop();
  // Returns when every task has ended by itself.
  Task<> join();
  std::size_t size() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// Does all of it at the same time and returns when everything has ended. What throws is logged under its name and ends
// alone; a caller that is cancelled cancels the rest and waits for it.
struct NamedTask {
  std::string name;
  std::function<Task<>()> run;
};
Task<> run_together(Loop& loop, std::vector<NamedTask> tasks);

// Waits for `duration`; a cancelled task leaves by boost::system::system_error(operation_aborted).
Task<> sleep_for(std::chrono::steady_clock::duration duration);

// A level that coroutines on one loop can wait for: notify_all() wakes every waiter once.
class Signal {
 public:
  explicit Signal(Loop& loop);
  ~Signal();  // who still waits leaves by operation_aborted
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  void notify_all();
  // Returns at the next notify_all().
  Task<> wait();
  // The same, but at the latest after `limit`; true when notified.
  Task<bool> wait_for(std::chrono::steady_clock::duration limit);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace holdfast::runtime
