#include "runtime/async/task.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <cassert>
#include <exception>
#include <list>
#include <utility>

#include "runtime/log/log.hpp"

// Cancelling ends the current wait of a coroutine, not the coroutine, and tasks use what belongs to their owner. So
// who stops tasks waits for the last of them, also when it is cancelled itself: it does not throw until then. A task
// is kept alive by the handler of its own end.
namespace holdfast::runtime {
namespace {

struct GroupedTask {
  std::string name;
  std::function<Task<>()> run;  // kept until the task has ended: a coroutine lambda refers to its closure
  asio::cancellation_signal cancellation;
};

void log_failure(const GroupedTask& task, std::string_view reason) {
  log::error("task.failed", "A background task failed", {{"task", task.name}, {"error", reason}});
}

// What a task throws ends here.
Task<> run_logged(const GroupedTask& task) {
  try {
    co_await asio::post(asio::use_awaitable_t<Executor>{});
    co_await task.run();
  } catch (const boost::system::system_error& error) {
    if (error.code() != asio::error::operation_aborted) log_failure(task, error.what());
  } catch (const std::exception& error) {
    log_failure(task, error.what());
  } catch (...) {
    log_failure(task, "an exception of unknown type");
  }
}

}  // namespace

void run_to_end(Loop& loop, Task<> task) {
  std::exception_ptr failure;
  asio::co_spawn(loop, std::move(task), [&failure](std::exception_ptr error) { failure = std::move(error); });
  loop.restart();  // it may have run before
  loop.run();
  loop.restart();
  if (failure) std::rethrow_exception(failure);
}

struct TaskGroup::State {
  explicit State(Loop& owner) : loop(owner), ended(owner) {}

  Loop& loop;
  std::list<std::shared_ptr<GroupedTask>> tasks;
  Signal ended;  // whenever one has
};

TaskGroup::TaskGroup(Loop& loop) : state_(std::make_shared<State>(loop)) {}

TaskGroup::~TaskGroup() {
  assert((state_->tasks.empty() || state_->loop.stopped()) && "co_await stop() before the owner of the tasks goes");
}

void TaskGroup::spawn(std::string name, std::function<Task<>()> run) {
  auto task = std::make_shared<GroupedTask>();
  task->name = std::move(name);
  task->run = std::move(run);
  state_->tasks.push_back(task);
  auto on_end = [state = state_, task](const std::exception_ptr&) {
    state->tasks.remove(task);
    state->ended.notify_all();
  };
  asio::co_spawn(state_->loop, run_logged(*task),
                 asio::bind_cancellation_slot(task->cancellation.slot(), std::move(on_end)));
}

void TaskGroup::cancel() {
  // On the loop, because Asio would otherwise queue the cancellation with a pointer to a task that may be gone by then.
  asio::dispatch(state_->loop, [state = state_] {
    const auto tasks = state->tasks;
    for (const auto& task : tasks) task->cancellation.emit(asio::cancellation_type::all);
  });
}

Task<> TaskGroup::stop() {
  const auto state = state_;
  cancel();
  // Cancelling the one who stops must not leave tasks behind, so it takes effect after the last has ended.
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  while (!state->tasks.empty()) {
    try {
      co_await state->ended.wait();
    } catch (const boost::system::system_error&) {
    }
  }
  co_await asio::this_coro::throw_if_cancelled(throws);
}

Task<> TaskGroup::join() {
  const auto state = state_;
  while (!state->tasks.empty()) co_await state->ended.wait();
}

std::size_t TaskGroup::size() const {
  return state_->tasks.size();
}

Task<> run_together(Loop& loop, std::vector<NamedTask> tasks) {
  TaskGroup group(loop);
  for (NamedTask& task : tasks) group.spawn(std::move(task.name), std::move(task.run));
  std::exception_ptr cancelled;
  try {
    co_await group.join();
  } catch (...) {
    cancelled = std::current_exception();
  }
  if (!cancelled) co_return;
  co_await asio::this_coro::throw_if_cancelled(false);  // the tasks may use the caller's frame: they end first
  co_await group.stop();
  std::rethrow_exception(cancelled);
}

}  // namespace holdfast::runtime
