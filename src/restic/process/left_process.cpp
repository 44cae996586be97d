#include "process/left_process.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <cstdint>

#include "runtime/process/subprocess.hpp"

namespace holdfast::restic {
namespace {

namespace asio = runtime::asio;
using Descriptor = asio::posix::basic_stream_descriptor<runtime::Executor>;
using Steady = std::chrono::steady_clock;
using Timer = asio::basic_waitable_timer<Steady, asio::wait_traits<Steady>, runtime::Executor>;

// Debian 12's C library has no wrappers for these two.
int open_pidfd(pid_t pid) {
  return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}

void send_signal(int pidfd, int number) {
  ::syscall(SYS_pidfd_send_signal, pidfd, number, nullptr, 0);
}

}  // namespace

struct LeftProcess::State {
  State(runtime::Loop& loop, int pidfd, pid_t number) : pid(number), process(loop, pidfd), limit(loop) {}
  pid_t pid;
  Descriptor process;  // readable when the process has ended
  Timer limit;
};

LeftProcess::LeftProcess(std::shared_ptr<State> state) : state_(std::move(state)) {}
LeftProcess::~LeftProcess() = default;

std::unique_ptr<LeftProcess> LeftProcess::find(runtime::Loop& loop, pid_t pid, const std::string& start_time) {
  if (pid <= 0) return nullptr;
  const int pidfd = open_pidfd(pid);
  if (pidfd < 0) return nullptr;
  std::unique_ptr<LeftProcess> process(new LeftProcess(std::make_shared<State>(loop, pidfd, pid)));
  // Asked for while the descriptor holds the process: the answer is about that one.
  if (runtime::process_start_time(pid) != start_time) return nullptr;
  return process;
}

std::unique_ptr<LeftProcess> LeftProcess::find_by_environment(runtime::Loop& loop, const std::string& variable) {
  for (const pid_t pid : runtime::process_ids()) {
    if (!runtime::has_in_environment(pid, variable)) continue;
    const auto start_time = runtime::process_start_time(pid);
    const auto parent = runtime::parent_of(pid);
    if (!start_time || !parent || runtime::has_in_environment(*parent, variable)) continue;
    if (auto process = find(loop, pid, *start_time)) return process;
  }
  return nullptr;
}

pid_t LeftProcess::pid() const {
  return state_->pid;
}

void LeftProcess::signal(int number) {
  send_signal(state_->process.native_handle(), number);
}

runtime::Task<bool> LeftProcess::wait_for_end(std::chrono::seconds limit) {
  auto& process = state_->process;
  state_->limit.expires_after(limit);
  // This may be gone when the timer's handler runs at last.
  state_->limit.async_wait([state = std::weak_ptr(state_)](const boost::system::error_code& aborted) {
    const auto waiting = state.lock();
    if (!aborted && waiting) waiting->process.cancel();
  });
  boost::system::error_code failed;
  const asio::use_awaitable_t<runtime::Executor> token;
  co_await process.async_wait(Descriptor::wait_read, asio::redirect_error(token, failed));
  state_->limit.cancel();
  co_return !failed;
}

}  // namespace holdfast::restic
