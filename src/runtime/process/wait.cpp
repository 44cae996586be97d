#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <list>
#include <utility>

#include "runtime/async/task.hpp"

// Waiting: sleep_for and Signal.
namespace holdfast::runtime {
namespace {

using Steady = std::chrono::steady_clock;
using Timer = asio::basic_waitable_timer<Steady, asio::wait_traits<Steady>, Executor>;
using UseTask = asio::use_awaitable_t<Executor>;

// One coroutine that waits; lives in its frame.
struct Waiter {
  explicit Waiter(Loop& loop) : timer(loop.get_executor()) {}
  Timer timer;
  bool notified = false;
};

// Keeps a waiter in the list for as long as its coroutine waits.
class Registration {
 public:
  Registration(std::list<Waiter*>& waiters, Waiter& waiter)
      : waiters_(waiters), place_(waiters.insert(waiters.end(), &waiter)) {}
  ~Registration() { waiters_.erase(place_); }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;

 private:
  std::list<Waiter*>& waiters_;
  std::list<Waiter*>::iterator place_;
};

}  // namespace

Task<> sleep_for(std::chrono::steady_clock::duration duration) {
  const Executor executor = co_await asio::this_coro::executor;
  Timer timer(executor, duration);
  co_await timer.async_wait(UseTask{});
}

struct Signal::State {
  explicit State(Loop& l) : loop(l) {}

  // True when notified, false at `deadline`.
  static Task<bool> wait_until(std::shared_ptr<State> state, Steady::time_point deadline);

  Loop& loop;
  std::list<Waiter*> waiters;
};

Task<bool> Signal::State::wait_until(std::shared_ptr<State> state, Steady::time_point deadline) {
  Waiter waiter(state->loop);
  const Registration registration(state->waiters, waiter);
  waiter.timer.expires_at(deadline);
  boost::system::error_code error;
  co_await waiter.timer.async_wait(asio::redirect_error(UseTask{}, error));
  if (waiter.notified) co_return true;
  if (error) throw boost::system::system_error(error);
  co_return false;
}

Signal::Signal(Loop& loop) : state_(std::make_shared<State>(loop)) {}

Signal::~Signal() {
  for (Waiter* waiter : state_->waiters) waiter->timer.cancel();
}

void Signal::notify_all() {
  for (Waiter* waiter : state_->waiters) {
    waiter->notified = true;
    waiter->timer.cancel();
  }
}

Task<> Signal::wait() {
  co_await State::wait_until(state_, Steady::time_point::max());
}

Task<bool> Signal::wait_for(Steady::duration limit) {
  return State::wait_until(state_, Steady::now() + limit);
}

}  // namespace holdfast::runtime
