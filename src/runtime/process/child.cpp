#include "process/child.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <cerrno>
#include <string>
#include <utility>

#include "process/pidfd.hpp"

// Three things end by themselves and in any order: the child and its two pipes, which a process that it left behind
// may hold open for ever. run() waits for the child, then for the pipes up to `grace`, and reads what the kernel has
// of them by then. The child is held by a pidfd, so that no signal meets another process that got its number; its
// group is known by the number alone and is never signalled once the child was reaped.
namespace holdfast::runtime {
namespace {

using Steady = std::chrono::steady_clock;
using UseTask = asio::use_awaitable_t<Executor>;

constexpr std::size_t kBufferSize = 16 * 1024;
constexpr int kDeathMilliseconds = 1000;  // for a killed process; only one that hangs in the kernel takes longer

// How a process ended, or nothing while it runs.
std::optional<ExitStatus> take_status(int process) {
  siginfo_t info{};
  int result = 0;
  do {
    result = ::waitid(P_PIDFD, static_cast<id_t>(process), &info, WEXITED | WNOHANG);
  } while (result != 0 && errno == EINTR);
  if (result != 0) return ExitStatus{};  // somebody else has reaped it: ended, nobody knows how
  if (info.si_pid == 0) return std::nullopt;
  if (info.si_code == CLD_EXITED) return ExitStatus{info.si_status, std::nullopt};
  return ExitStatus{std::nullopt, info.si_status};
}

}  // namespace

Child::Child(Loop& loop, const Command& command) : Child(loop, spawn(command)) {}

Child::Child(Loop& loop, Spawned spawned)
    : loop_(loop),
      pid_(spawned.pid),
      process_(std::make_shared<Stream>(loop.get_executor(), spawned.process.release())),
      out_{Stream(loop.get_executor(), spawned.out.release())},
      err_{Stream(loop.get_executor(), spawned.err.release())},
      changed_(loop) {}

Child::~Child() {
  kill_group();
  if (status_) return;
  pollfd ended{process_->native_handle(), POLLIN, 0};
  while (::poll(&ended, 1, kDeathMilliseconds) < 0 && errno == EINTR) {
  }
  reap();
}

void Child::reap() {
  if (!status_) status_ = take_status(process_->native_handle());
}

void Child::signal(int number) {
  if (status_) return;
  ::pidfd_send_signal(process_->native_handle(), number, nullptr, 0);
  if (number != SIGKILL) return;
  killed_ = true;
  changed_.notify_all();
}

// Not after the child was reaped: its number may belong to another group by then.
void Child::kill_group() {
  if (status_) return;
  ::kill(-pid_, SIGKILL);
  killed_ = true;
  changed_.notify_all();
}

Task<ExitStatus> Child::run(const OnData& on_out, const OnData& on_err, Steady::duration grace,
                            Steady::duration death_limit) {
  TaskGroup steps(loop_);
  steps.spawn("child.stdout", [&] { return guard(pump(out_, on_out)); });
  steps.spawn("child.stderr", [&] { return guard(pump(err_, on_err)); });
  steps.spawn("child.exit", [&] { return guard(wait_for_exit()); });
  steps.spawn("child.death", [&] { return wait_for_death(death_limit); });
  std::exception_ptr cancelled;
  try {
    co_await follow(grace);
  } catch (...) {
    cancelled = std::current_exception();
  }
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);  // the steps use this frame: they end first in any case
  co_await steps.stop();
  co_await asio::this_coro::throw_if_cancelled(throws);
  if (cancelled) std::rethrow_exception(cancelled);
  if (failure_) std::rethrow_exception(failure_);
  co_return *status_;
}

Task<> Child::follow(Steady::duration grace) {
  while (!status_ && !failure_) co_await changed_.wait();
  const auto deadline = Steady::now() + grace;
  bool in_time = true;
  while (in_time && is_reading() && !failure_) in_time = co_await changed_.wait_for(deadline - Steady::now());
  // What is in the pipes was written by the child, or could have been: it is read. What comes later is not.
  for (Output* output : {&out_, &err_}) {
    int available = 0;
    if (!output->open || ::ioctl(output->pipe.native_handle(), FIONREAD, &available) != 0) continue;
    output->allowance = static_cast<std::size_t>(available);
    if (available == 0) output->pipe.cancel();
  }
  while (is_reading() && !failure_) co_await changed_.wait();
}

Task<> Child::guard(Task<> step) {
  try {
    co_await std::move(step);
  } catch (...) {
    if (!failure_) failure_ = std::current_exception();
  }
  changed_.notify_all();
}

Task<> Child::wait_for_exit() {
  const auto process = process_;
  while (!status_) {
    boost::system::error_code error;
    co_await process->async_wait(Stream::wait_read, asio::redirect_error(UseTask{}, error));
    if (error && !status_) throw boost::system::system_error(error);
    reap();
  }
}

Task<> Child::wait_for_death(Steady::duration limit) {
  while (!killed_) co_await changed_.wait();
  co_await sleep_for(limit);
  if (!status_) leave_behind();
}

// It is reaped when it ends after all, should this process be there to see it.
void Child::leave_behind() {
  status_ = ExitStatus{std::nullopt, SIGKILL, true};
  process_->cancel();
  process_->async_wait(Stream::wait_read, [process = process_](const boost::system::error_code& error) {
    if (!error) take_status(process->native_handle());
  });
  changed_.notify_all();
}

Task<> Child::pump(Output& output, const OnData& on_data) {
  std::string buffer(kBufferSize, '\0');
  while (output.allowance > 0) {
    const std::size_t count = co_await read_some(output, buffer);
    if (count == 0) break;
    output.allowance -= std::min(output.allowance, count);
    const std::string_view chunk(buffer.data(), count);
    co_await on_data(chunk);
  }
  const std::string_view end;
  co_await on_data(end);
  output.open = false;
}

// How many bytes it read: none at the end.
Task<std::size_t> Child::read_some(Output& output, std::string& buffer) {
  boost::system::error_code error;
  const auto space = asio::buffer(buffer.data(), std::min(buffer.size(), output.allowance));
  const std::size_t count = co_await output.pipe.async_read_some(space, asio::redirect_error(UseTask{}, error));
  const bool is_end = error == asio::error::eof || output.allowance == 0;
  if (error && !is_end) throw boost::system::system_error(error);
  co_return count;
}

}  // namespace holdfast::runtime
